/** The module of style and script of the HTML report, for tests: they run src, which no build has been in. */
export function assetsModule(): string
