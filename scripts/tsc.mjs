// Runs the TypeScript compiler.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runBorrowed } from './borrowed.mjs'

const modules = fileURLToPath(new URL('../node_modules/', import.meta.url))

/** Runs tsc. Returns its exit status. Its native part is an optional package, which may be missing. */
export function compile(args) {
  const whole = existsSync(`${modules}@typescript/typescript-${process.platform}-${process.arch}`)
  if (whole) return spawnSync(process.execPath, [`${modules}typescript/bin/tsc`, ...args], { stdio: 'inherit' }).status
  const { version } = JSON.parse(readFileSync(`${modules}typescript/package.json`, 'utf8'))
  return runBorrowed([`typescript@${version}`], 'tsc', args)
}
