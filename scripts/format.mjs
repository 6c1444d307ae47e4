// Checks the format of every file. Prettier decides, and is asked only about files that oxfmt, which formats like it and is written in Rust,
// would change: reading the whole tree with Prettier takes most of a minute.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { check, getFileInfo, resolveConfig } from 'prettier'

const oxfmt = fileURLToPath(new URL('cli.js', import.meta.resolve('oxfmt')))
const { status, stdout, stderr } = spawnSync(process.execPath, [oxfmt, '--list-different', '.'], { encoding: 'utf8' })
// It ends with 1 if there are such files.
const doubtful = stdout.split('\n').filter(line => line !== '')
if (status !== (doubtful.length > 0 ? 1 : 0)) throw new Error(`oxfmt ended with ${status}: ${stderr}`)

const wrong = []
for (const file of doubtful) {
  const { inferredParser } = await getFileInfo(file)
  const config = await resolveConfig(file, { editorconfig: true })
  const isRight = inferredParser !== null && (await check(readFileSync(file, 'utf8'), { ...config, filepath: file }))
  if (!isRight) wrong.push(file)
}
for (const file of wrong) console.error(`not formatted: ${file}`)
if (wrong.length > 0) console.error('npm run format writes them')
process.exitCode = wrong.length > 0 ? 1 : 0
