/** Style of the landing page, with its hash. The build makes this module from `landing.css`, because a pure room reads no files. */
export const ASSETS: {
  readonly style: string
  /** `sha256-…`, for the Content-Security-Policy. */
  readonly styleHash: string
}
