import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { ROOT, start } from '../helpers/child.ts'
import { requireTool } from '../helpers/tools.ts'
import { startServe, withJson, type Run } from '../helpers/udptool.ts'

interface Injection {
  /** What strace fails: `CALLS:error=NAME`, from the first call on unless it says otherwise. */
  readonly fault: string
  /** Only calls on this file. */
  readonly file?: string
  readonly args: readonly string[]
  readonly code: number
  /** The one sentence on stderr; absent: nothing is said. */
  readonly says?: RegExp
  /** The fates that may occur in the run; absent: no run is given. */
  readonly fates?: readonly string[]
  readonly engine?: 'kernel' | 'dgram'
}

/** Runs `udptool send` to a server that is whole, while the kernel fails some of its calls. */
async function inject({ fault, file, args }: Injection): Promise<Run> {
  await using server = await startServe(['--port', '0'])
  const calls = fault.slice(0, fault.indexOf(':'))
  const options = ['-f', '--quiet=all', '-o', '/dev/null', ...(file === undefined ? [] : ['-P', file])]
  const program = [process.execPath, `${ROOT}bin/udptool.js`, 'send', '--to', server.at]
  const plan = ['--count', '10', '--interval', '5ms', '--timeout', '200ms', '--json', ...args]
  const strace = [...options, '-e', `trace=${calls}`, '-e', `inject=${fault}`, ...program, ...plan]
  return withJson(await start('strace', strace).finished)
}

const KERNEL = ['--engine', 'kernel']
const DGRAM = ['--engine', 'dgram']
const WHOLE = ['intact'] as const

const TABLE: readonly Injection[] = [
  { fault: 'socket:error=EMFILE', args: KERNEL, code: 3, says: /no file descriptors left \(EMFILE\)/ },
  { fault: 'socket:error=EMFILE', args: DGRAM, code: 3, says: /no file descriptors left \(EMFILE\).*ulimit -n/ },
  { fault: 'socket:error=EMFILE', args: [], code: 3, says: /no file descriptors left \(EMFILE\).*ulimit -n/ },
  { fault: 'bind:error=EACCES', args: DGRAM, code: 3, says: /cannot bind 0\.0\.0\.0:0: permission denied \(EACCES\)/ },
  { fault: 'bind:error=ENOMEM', args: DGRAM, code: 3, says: /the kernel is out of memory \(ENOMEM\)/ },
  { fault: 'connect:error=ENETUNREACH', args: KERNEL, code: 3, says: /cannot send to .* no route .*\(ENETUNREACH\)/ },
  { fault: 'connect:error=ENETUNREACH', args: DGRAM, code: 3, says: /cannot send to .* no route .*\(ENETUNREACH\)/ },
  { fault: 'setsockopt:error=EPERM', args: KERNEL, code: 3, says: /the kernel engine does not work here: .*\(EPERM\)/ },
  { fault: 'setsockopt:error=ENOPROTOOPT', args: KERNEL, code: 3, says: /setsockopt IP_MTU_DISCOVER ENOPROTOOPT/ },
  { fault: 'setsockopt:error=EPERM', args: [], code: 0, fates: WHOLE, engine: 'dgram' },
  // Node itself asks by this call what its stderr is, and so nothing can be said.
  { fault: 'getsockname:error=ENOBUFS', args: DGRAM, code: 3 },
  { fault: 'sendmmsg:error=EPERM:when=4+', args: KERNEL, code: 0, fates: ['intact', 'refused'] },
  { fault: 'sendmmsg:error=ENOBUFS:when=4+', args: KERNEL, code: 0, fates: ['intact', 'refused'] },
  { fault: 'sendmmsg:error=EINTR:when=4..8', args: KERNEL, code: 0, fates: WHOLE },
  { fault: 'sendmmsg,sendmsg:error=EPERM', args: DGRAM, code: 1, fates: ['refused'] },
  { fault: 'sendmmsg,sendmsg:error=ENOMEM', args: DGRAM, code: 1, fates: ['refused'] },
  { fault: 'ppoll:error=ENOMEM:when=4+', args: KERNEL, code: 0, fates: ['intact', 'late'] },
  { fault: 'ppoll:error=EINTR:when=4+', args: KERNEL, code: 0, fates: ['intact', 'late'] },
  { fault: 'openat:error=EACCES', file: '/proc/net/snmp', args: KERNEL, code: 0, fates: WHOLE },
  { fault: 'openat:error=EACCES', file: '/proc/net/udp', args: DGRAM, code: 0, fates: WHOLE },
]

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireTool('strace'))('a system call that fails', () => {
  test.each(TABLE)('$fault $file $args: exit $code', async row => {
    const { says, fates, engine, code } = row
    const run = await inject(row)
    expect(run.stderr).not.toMatch(/^\s+at /mu)
    if (says === undefined) expect(run.stderr).toBe('')
    else expect(run.stderr).toMatch(new RegExp(`^udptool: [^\\n]*${says.source}[^\\n]*\\n$`, 'u'))
    expect(run.code).toBe(code)
    if (fates === undefined) return
    const document = run.json()
    const { ledger } = document
    const met = Object.entries(ledger.fates).filter(([, count]) => count > 0)
    expect(met.reduce((sum, [, count]) => sum + count, 0)).toBe(10)
    expect(fates).toEqual(expect.arrayContaining(met.map(([fate]) => fate)))
    if (engine !== undefined) expect(document.engine).toBe(engine)
  })
})
