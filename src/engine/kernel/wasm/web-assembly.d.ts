/** The part of the WebAssembly JavaScript interface that this folder and its engine use. The types of Node.js 20 lack it. */
declare namespace WebAssembly {
  class Memory {
    constructor(options: { readonly initial: number; readonly maximum: number; readonly shared: true })
    readonly buffer: SharedArrayBuffer
  }
  const Module: new (code: Uint8Array) => object
  class Instance {
    constructor(module: object, imports: { readonly env: { readonly memory: Memory } })
    readonly exports: object
  }
}
