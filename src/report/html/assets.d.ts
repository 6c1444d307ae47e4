/**
 * Style and script of the HTML report, and what the page's policy knows them by. The build makes the module from `page.css`, `browser/`
 * and uPlot: this room reads no files.
 */
export const ASSETS: {
  readonly style: string
  /** `sha256-…`, as a Content-Security-Policy names it. */
  readonly styleHash: string
  readonly script: string
  readonly scriptHash: string
}
