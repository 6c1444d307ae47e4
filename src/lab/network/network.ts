import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Text } from '../text.ts'
import type { Experiment, Findings, Outcome } from './protocol.ts'

/** The findings, or why there are none. */
export type NetworkRun<Name extends Experiment> =
  { readonly found: Findings[Name]; readonly missing?: never } | { readonly missing: Text; readonly found?: never }

/** An experiment takes less than a second. One that hangs is killed after this time, ms. */
const TIMEOUT_MS = 60_000

/** Without the right to create a network namespace, become root in a user namespace, if the system allows that. */
const AS_ROOT = ['--user', '--map-root-user']

const SCRIPT = fileURLToPath(new URL('./experiment.js', import.meta.url))

/**
 * Runs an experiment in a new network namespace, in which it creates a second one and a wire between them. Both namespaces and the folder
 * with their names belong to that process alone, so they are gone however it ends.
 */
export async function runInNetwork<Name extends Experiment>(experiment: Name): Promise<NetworkRun<Name>> {
  if (process.platform !== 'linux')
    return missing(`it needs Linux, and this is ${process.platform}`, `需要 Linux，而这里是 ${process.platform}`)
  const isRoot = process.getuid?.() === 0
  let failure = { error: '', began: false }
  for (const privileges of isRoot ? [[], AS_ROOT] : [AS_ROOT]) {
    const outcome = await runChild<Name>([...privileges, '--net', '--mount', process.execPath, SCRIPT, experiment])
    if ('found' in outcome) return outcome
    failure = outcome
    if (outcome.began) break
  }
  const command = `udptool lab ${experiment === 'df' ? 'oversize' : experiment}`
  const { en, zh } = advice(command, isRoot, failure.began)
  return missing(
    `no wire of our own can be laid here: ${failure.error}${en}`,
    `此处无法自建链路：${failure.error}${zh}`,
  )
}

/** The command to run instead. For root there is none: if an experiment began and failed, its error names what is missing. */
function advice(command: string, isRoot: boolean, began: boolean): Text {
  if (!isRoot) return { en: `; root can: sudo ${command}`, zh: `；以 root 运行即可：sudo ${command}` }
  if (began) return { en: '', zh: '' }
  return {
    en: `; in a container that was started with --privileged: ${command}`,
    zh: `；若在容器中，请以 --privileged 启动后运行：${command}`,
  }
}

function missing(en: string, zh: string): { readonly missing: Text } {
  return { missing: { en, zh } }
}

/** `began`: the experiment failed, not the creation of its namespaces. */
type Ended<Name extends Experiment> =
  Extract<Outcome<Name>, { found: unknown }> | { readonly error: string; readonly began: boolean }

async function runChild<Name extends Experiment>(args: readonly string[]): Promise<Ended<Name>> {
  return await new Promise(resolve => {
    const child = spawn('unshare', args, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // The PATH of other users than root often lacks the folders of administration tools.
      env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
    })
    // Not the timeout of spawn, because that keeps the process alive if there is no child.
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS)
    const end = (ended: Ended<Name>): void => {
      clearTimeout(timer)
      resolve(ended)
    }
    let outcome: Outcome<Name> | undefined
    let errorOutput = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (errorOutput += text))
    child.on('message', (message: Outcome<Name>) => (outcome = message))
    child.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? 'is not installed' : `cannot be run (${error.message})`
      end({ error: `unshare ${why}`, began: false })
    })
    child.once('close', code => {
      if (outcome !== undefined && 'found' in outcome) return end(outcome)
      if (outcome !== undefined) return end({ ...outcome, began: true })
      const last = errorOutput.trim().split('\n').at(-1) ?? ''
      end({ error: last === '' ? `unshare ended with status ${code ?? 'none'}` : last, began: false })
    })
  })
}
