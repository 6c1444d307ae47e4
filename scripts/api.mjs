// npm run api: makes the documentation of the library in the folder `api` from its source. It is an error if a type is used that is not in
// it.
import { fileURLToPath } from 'node:url'
import { runBorrowed } from './borrowed.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
// TypeDoc reads TypeScript with a library that TypeScript 7 does not have yet.
const packages = ['typedoc@0.28.20', 'typescript@npm:@typescript/typescript6@6.0.2']
const options = {
  tsconfig: `${root}tsconfig.json`,
  out: process.argv[2] ?? `${root}api`,
  readme: 'none',
  // Readers need the types made from these, which are shown.
  intentionallyNotExported: ['DeepReadonly', 'DROP_REASONS', 'diffSchema', 'querySchema', 'resultSchema'],
}
const args = Object.entries(options).flatMap(([name, values]) => [values].flat().flatMap(value => [`--${name}`, value]))
const entries = ['index', 'wire', 'vitest'].flatMap(name => ['--entryPoints', `${root}src/${name}.ts`])
// `npm run typecheck` checks the types, and faster.
const flags = ['--disableSources', '--skipErrorChecking', '--treatWarningsAsErrors']
process.exit(runBorrowed(packages, 'typedoc', [...entries, ...args, ...flags]))
