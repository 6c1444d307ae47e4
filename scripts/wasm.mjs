// Compiles the byte work of the kernel engine from AssemblyScript to WebAssembly. `build.mjs` writes it into dist, and tests compile it
// themselves.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = 'src/engine/kernel/wasm/assembly/datagrams.ts'
// No runtime and no garbage collector, because nothing is allocated. The memory is the engine's, of any size. AS112 warns of vectors that
// cross to JavaScript, but those functions are only shared between source files.
const options =
  '-O3 --noAssert --runtime stub --importMemory --noExportMemory --sharedMemory --initialMemory 2 --maximumMemory 65536 ' +
  '--enable simd --enable threads --disableWarning AS112'

/** The compiled module. */
export async function compileDatagrams() {
  let code
  const stderr = asc.createMemoryStream()
  const { error } = await asc.main([source, ...options.split(' '), '--baseDir', root, '--outFile', 'datagrams.wasm'], {
    stderr,
    writeFile: (_, contents) => {
      code = contents
    },
  })
  if (error !== null || code === undefined) throw new Error(`${source} does not compile\n${stderr.toString()}`)
  return code
}

/** Writes the module next to the one that loads it. */
export async function writeDatagrams(dist) {
  writeFileSync(new URL('engine/kernel/wasm/datagrams.wasm', dist), await compileDatagrams())
}
