/** The code of the module, for tests: they run src, which no build has been in. */
export function compileDatagrams(): Promise<Uint8Array>
