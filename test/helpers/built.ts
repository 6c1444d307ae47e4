import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MAIN = `${ROOT}dist/cli/start.js`

function newestSource(): number {
  const files = readdirSync(`${ROOT}src`, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return Math.max(0, ...files.map(entry => statSync(`${entry.parentPath}/${entry.name}`).mtimeMs))
}

function built(): number {
  return statSync(MAIN, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

/** Runs once before the integration tests, which start `bin/udptool.js`: builds `dist` if it is missing or older than `src`. */
export default function setup(): void {
  if (built() >= newestSource()) return
  try {
    execFileSync('npm', ['run', 'build'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' })
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
    throw new Error(`dist is older than src, and \`npm run build\` fails:\n${output}`, { cause: error })
  }
  if (built() === 0) throw new Error(`\`npm run build\` does not write ${MAIN}`)
}
