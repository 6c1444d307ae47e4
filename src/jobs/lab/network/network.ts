import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Text } from '../text.ts'
import type { Experiment, Findings, Outcome } from './protocol.ts'

/** What was found, or why nothing could be. */
export type NetworkRun<Name extends Experiment> =
  { readonly found: Findings[Name]; readonly missing?: never } | { readonly missing: Text; readonly found?: never }

/** An experiment takes less than a second; one that hangs is ended, ms. */
const PATIENCE_MS = 20_000

const SCRIPT = fileURLToPath(new URL('./experiment.js', import.meta.url))

/**
 * Runs an experiment in a network namespace of its own, in which it builds a second one and a wire between them. Both, and the folder that
 * names them, belong to that process alone: they are gone when it ends, however it ends.
 */
export async function runInNetwork<Name extends Experiment>(experiment: Name): Promise<NetworkRun<Name>> {
  if (process.platform !== 'linux')
    return missing(`it needs Linux, and this is ${process.platform}`, `需要 Linux，而这里是 ${process.platform}`)
  // Root needs no user namespace; who is not root becomes root in one, where the system allows that.
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const outcome = await runChild<Name>('unshare', [...asRoot, '--net', '--mount', process.execPath, SCRIPT, experiment])
  if ('found' in outcome) return outcome
  const { error } = outcome
  if (asRoot.length === 0) return missing(`no wire of our own can be laid here: ${error}`, `此处无法自建链路：${error}`)
  const command = `sudo udptool lab ${experiment === 'df' ? 'oversize' : experiment}`
  return missing(
    `no wire of our own can be laid here: ${error}; root can: ${command}`,
    `此处无法自建链路：${error}；以 root 运行即可：${command}`,
  )
}

function missing(en: string, zh: string): { readonly missing: Text } {
  return { missing: { en, zh } }
}

async function runChild<Name extends Experiment>(command: string, args: readonly string[]): Promise<Outcome<Name>> {
  return await new Promise(resolve => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Who is not root has the programs of the administrator not on the path, as a rule.
      env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
      timeout: PATIENCE_MS,
      killSignal: 'SIGKILL',
    })
    let outcome: Outcome<Name> | undefined
    let complaint = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text))
    child.on('message', (message: Outcome<Name>) => (outcome = message))
    child.once('error', error => resolve({ error: `${command} cannot be run (${error.message})` }))
    child.once('close', code => {
      const last = complaint.trim().split('\n').at(-1) ?? ''
      resolve(outcome ?? { error: last === '' ? `${command} ended with status ${code ?? 'none'}` : last })
    })
  })
}
