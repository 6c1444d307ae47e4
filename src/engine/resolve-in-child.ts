import { execFile } from 'node:child_process'
import { resolveHost, type Addresses, type Found } from './resolve.ts'

/** The script of the child: one lookup, printed as JSON. */
const SCRIPT = `const [host, family] = process.argv.slice(1)
require('node:dns').lookup(host, { all: true, family: Number(family), verbatim: true }, (error, found) =>
  console.log(JSON.stringify(error === null ? { found } : { code: error.code, message: error.message })))`

interface Printed {
  readonly found?: readonly Found[]
  readonly code?: string
  readonly message?: string
}

/**
 * Like `resolveHost`, in a separate process: getaddrinfo(3) waits many seconds for a silent name server, and its thread cannot be ended,
 * but a process can. If no process can be started (a sandbox), the lookup runs in this one. Rejects with `resolve`, also when the signal
 * ends it.
 */
export async function resolveInChild(host: string, only: 4 | 6 | undefined, signal: AbortSignal): Promise<Addresses> {
  return resolveHost(host, only, async (name, family) => {
    const printed = await lookUpInChild([name, String(family)], signal)
    if (printed === undefined)
      return (await resolveHost(name, only)).map(({ address, family: kind }) => ({
        address,
        family: kind === 'udp4' ? 4 : 6,
      }))
    if (printed.found !== undefined) return printed.found
    throw Object.assign(new Error(printed.message), { code: printed.code })
  })
}

/** The output of the child. Undefined if it could not be run. Rejects when the signal ends it. */
async function lookUpInChild(words: readonly string[], signal: AbortSignal): Promise<Printed | undefined> {
  return new Promise((resolve, reject) => {
    const silent = Object.assign(new Error('no answer yet'), { code: 'EAI_AGAIN' })
    if (signal.aborted) {
      reject(silent)
      return
    }
    try {
      const { NODE_OPTIONS: _, ...env } = process.env
      const child = execFile(process.execPath, ['-e', SCRIPT, '--', ...words], { env }, (error, text) => {
        signal.removeEventListener('abort', end)
        if (signal.aborted) reject(silent)
        else resolve(error === null ? (JSON.parse(text) as Printed) : undefined)
      })
      const end = (): void => void child.kill('SIGKILL')
      signal.addEventListener('abort', end)
    } catch {
      resolve(undefined)
    }
  })
}
