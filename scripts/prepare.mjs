// npm runs this after `npm ci` in a clone. It builds only if the compiler is installed, so that `npm ci --omit=dev` does not fail.
import { existsSync } from 'node:fs'

if (existsSync(new URL('../node_modules/typescript', import.meta.url))) await import('./build.mjs')
else console.error('not built: typescript is not installed. npm ci, without --omit=dev, builds')
