// npm runs this before `npm publish`: the fields that name the repository must have a real one (docs/releasing.md).
import { readFileSync } from 'node:fs'

if (readFileSync(new URL('../package.json', import.meta.url), 'utf8').includes('/OWNER/')) {
  console.error(
    'not published: package.json still has OWNER in place of the owner of the repository (docs/releasing.md)',
  )
  process.exitCode = 1
}
