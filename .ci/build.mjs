// Compiles src into dist, afresh: TypeScript, the byte work in WebAssembly, the JSON Schemas of its documents, and what the HTML report is
// made with.
import { spawnSync } from 'node:child_process'
import { renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { writeAssets } from './html.mjs'
import { writeSchemas } from './schema.mjs'
import { writeDatagrams } from './wasm.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc')
// Into a folder of its own first: a build that fails leaves the last good one in place.
const fresh = `${root}dist.new/`
rmSync(fresh, { recursive: true, force: true })
const { status } = spawnSync(process.execPath, [tsc, '-p', `${root}tsconfig.json`, '--outDir', fresh], {
  stdio: 'inherit',
})
if (status !== 0) process.exit(status ?? 1)
await writeSchemas(pathToFileURL(fresh))
await writeDatagrams(pathToFileURL(fresh))
writeAssets(pathToFileURL(fresh))
rmSync(`${root}dist`, { recursive: true, force: true })
renameSync(fresh, `${root}dist`)
