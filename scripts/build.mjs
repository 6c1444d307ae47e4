// Compiles src into a new dist: TypeScript, the byte work in WebAssembly, the JSON Schemas of the documents, the assets of the HTML report,
// and the manual pages. Then bundles the modules.
import { renameSync, rmSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bundle } from './bundle.mjs'
import { writeAssets } from './html.mjs'
import { writeManPages } from './man.mjs'
import { writeSchemas } from './schema.mjs'
import { compile } from './tsc.mjs'
import { writeDatagrams } from './wasm.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
// Build in another folder first, so that a failed build keeps the last good one.
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
