// Compiles src into dist, afresh: TypeScript, the byte work in WebAssembly, the JSON Schemas of its documents, what the HTML report is
// made with, and the manual pages; then bundles the modules.
import { renameSync, rmSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bundle } from './bundle.mjs'
import { writeAssets } from './html.mjs'
import { writeManPages } from './man.mjs'
import { writeSchemas } from './schema.mjs'
import { compile } from './tsc.mjs'
import { writeDatagrams } from './wasm.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
// Into a folder of its own first: a build that fails leaves the last good one in place.
const fresh = `${root}dist.new/`
rmSync(fresh, { recursive: true, force: true })
const status = compile(['-p', `${root}tsconfig.json`, '--outDir', fresh])
if (status !== 0) process.exit(status ?? 1)
await writeSchemas(pathToFileURL(fresh))
await writeDatagrams(pathToFileURL(fresh))
writeAssets(pathToFileURL(fresh))
await writeManPages(pathToFileURL(fresh))
await bundle(pathToFileURL(fresh))
rmSync(`${root}dist`, { recursive: true, force: true })
renameSync(fresh, `${root}dist`)
