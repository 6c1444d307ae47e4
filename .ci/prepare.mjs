// npm runs this after `npm ci` in a clone. It builds, but only where the compiler is: `npm ci --omit=dev` must not fail, and neither must
// `--omit=optional`, which leaves out the part of the compiler that is made for this machine.
import { existsSync } from 'node:fs'

const modules = new URL('../node_modules/', import.meta.url)
const compiler = ['typescript', `@typescript/typescript-${process.platform}-${process.arch}`]
if (compiler.every(name => existsSync(new URL(name, modules)))) await import('./build.mjs')
