// Compiles src into dist, afresh: TypeScript, the byte work in WebAssembly, and the JSON Schemas of its documents.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { writeSchemas } from './schema.mjs'
import { writeDatagrams } from './wasm.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
// Into a folder of its own first: a build that fails leaves the last good one in place.
const fresh = `${root}dist.new/`
rmSync(fresh, { recursive: true, force: true })
const { status } = compile(['-p', `${root}tsconfig.json`, '--outDir', fresh])
if (status !== 0) process.exit(status ?? 1)
await writeSchemas(pathToFileURL(fresh))
await writeDatagrams(pathToFileURL(fresh))
rmSync(`${root}dist`, { recursive: true, force: true })
renameSync(fresh, `${root}dist`)

/** Runs tsc. The part of it that is made for this machine is an optional package: where all of these were left out, npm brings it for the moment. */
function compile(args) {
  const modules = `${root}node_modules/`
  const whole = existsSync(`${modules}@typescript/typescript-${process.platform}-${process.arch}`)
  if (whole) return spawnSync(process.execPath, [`${modules}typescript/bin/tsc`, ...args], { stdio: 'inherit' })
  const { version } = JSON.parse(readFileSync(`${modules}typescript/package.json`, 'utf8'))
  // From another folder: in this one npm would find the tsc that is here, and lacks a part.
  const elsewhere = tmpdir()
  const npm = ['exec', '--yes', '--include=optional', `--prefix=${elsewhere}`, `--package=typescript@${version}`, '--']
  // On Windows npm is a script, which only a shell starts.
  const shell = process.platform === 'win32'
  return spawnSync('npm', [...npm, 'tsc', ...args], { stdio: 'inherit', cwd: elsewhere, shell })
}
