/** The pages by the modules of `src` that have their assets. */
export const ASSETS_MODULES: Readonly<Record<string, string>>

/** The module of style and script of a page, for tests: they run src, which no build has been in. */
export function assetsModule(name: string): string
