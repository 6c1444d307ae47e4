// Compiles src into dist, afresh: TypeScript, the byte work in WebAssembly, the JSON Schemas of its documents,
// and the manual pages.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { runBorrowed } from './borrowed.mjs'
import { writeManPages } from './man.mjs'
import { writeSchemas } from './schema.mjs'
import { writeDatagrams } from './wasm.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
// Into a folder of its own first: a build that fails leaves the last good one in place.
const fresh = `${root}dist.new/`
rmSync(fresh, { recursive: true, force: true })
const status = compile(['-p', `${root}tsconfig.json`, '--outDir', fresh])
if (status !== 0) process.exit(status ?? 1)
await writeSchemas(pathToFileURL(fresh))
await writeDatagrams(pathToFileURL(fresh))
await writeManPages(pathToFileURL(fresh))
rmSync(`${root}dist`, { recursive: true, force: true })
renameSync(fresh, `${root}dist`)

/** Runs tsc. The part of it that is made for this machine is an optional package, which may have been left out. */
function compile(args) {
  const modules = `${root}node_modules/`
  const whole = existsSync(`${modules}@typescript/typescript-${process.platform}-${process.arch}`)
  if (whole) return spawnSync(process.execPath, [`${modules}typescript/bin/tsc`, ...args], { stdio: 'inherit' }).status
  const { version } = JSON.parse(readFileSync(`${modules}typescript/package.json`, 'utf8'))
  return runBorrowed([`typescript@${version}`], 'tsc', args)
}
