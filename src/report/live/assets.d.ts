/**
 * Style and script of the live page, with their hashes. The build makes this module from `page.css`, `browser/` and uPlot, because a pure
 * room reads no files.
 */
export const ASSETS: {
  readonly style: string
  /** `sha256-…`, for the Content-Security-Policy. */
  readonly styleHash: string
  readonly script: string
  readonly scriptHash: string
}
