// Runs npm scripts in parallel and prints the output of each when it has ended. Exits 1 if one of them failed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

async function run(script) {
  // On Windows npm is a script, which only a shell can start.
  const child = spawn(`npm run ${script}`, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', bytes => output.push(bytes))
  const [status] = await once(child, 'close')
  process.stdout.write(Buffer.concat(output))
  return status === 0
}

const passed = await Promise.all(process.argv.slice(2).map(run))
process.exitCode = passed.every(Boolean) ? 0 : 1
