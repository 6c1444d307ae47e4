// npm runs this after `npm ci` in a clone. It builds, but only where the compiler is: `npm ci --omit=dev` must not fail, and neither must
// `--omit=optional`, which leaves out the part of the compiler that is made for this machine.
import { existsSync } from 'node:fs'

const modules = new URL('../node_modules/', import.meta.url)
const compiler = ['typescript', `@typescript/typescript-${process.platform}-${process.arch}`]
const missing = compiler.find(name => !existsSync(new URL(name, modules)))
if (missing === undefined) await import('./build.mjs')
else console.error(`not built: ${missing} is not installed. npm ci, without --omit, builds (docs/engines.md)`)
