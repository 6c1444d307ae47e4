import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { ROOT, start } from '../helpers/child.ts'
import { requireTool } from '../helpers/tools.ts'
import { withJson, type Run } from '../helpers/udptool.ts'

interface Injection {
  /** The value of strace's `inject`: `CALLS:error=NAME`, from the first call on, or from `when=N`. */
  readonly fault: string
  /** Inject only into calls on this file. */
  readonly file?: string
  readonly args: readonly string[]
  /** Several, if the exit status depends on the number of replies before the fault. */
  readonly code: number | readonly number[]
  /** The line on stderr. Absent: stderr is empty. */
  readonly stderr?: RegExp
  /** The fates that may occur in the run. Absent: there is no Result. */
  readonly fates?: readonly string[]
  readonly engine?: 'kernel' | 'dgram'
  /** A warning that the Result must have. */
  readonly warning?: string
  /** Whether the Result has the number of drops in our own receive buffer. Absent: not checked. */
  readonly knowsDrops?: boolean
}

/** Runs `udptool send` to a server, while strace lets some of its system calls fail. */
async function inject(at: string, { fault, file, args }: Injection): Promise<Run> {
  const calls = fault.slice(0, fault.indexOf(':'))
  const options = ['-f', '--quiet=all', '-o', '/dev/null', ...(file === undefined ? [] : ['-P', file])]
  const program = [process.execPath, PROGRAM, 'send', '--to', at]
  const plan = ['--count', '10', '--interval', '5ms', '--timeout', '5s', '--json', ...args]
  const strace = [...options, '-e', `trace=${calls}`, '-e', `inject=${fault}`, ...program, ...plan]
  // Stdout is a pipe: for a socket, Node would call getsockopt(2).
  return withJson(await start('bash', ['-c', 'set -o pipefail; strace "$@" | cat', 'bash', ...strace]).finished)
}

const PROGRAM = `${ROOT}bin/udptool.js`
const KERNEL = ['--engine', 'kernel']
const DGRAM = ['--engine', 'dgram']
const WHOLE = ['intact'] as const

const TABLE: readonly Injection[] = [
  { fault: 'socket:error=EMFILE', args: KERNEL, code: 3, stderr: /no file descriptors left \(EMFILE\)/ },
  { fault: 'socket:error=EMFILE', args: DGRAM, code: 3, stderr: /no file descriptors left \(EMFILE\).*ulimit -n/ },
  { fault: 'socket:error=EMFILE', args: [], code: 3, stderr: /no file descriptors left \(EMFILE\).*ulimit -n/ },
  {
    fault: 'bind:error=EACCES',
    args: DGRAM,
    code: 3,
    stderr: /cannot bind 0\.0\.0\.0:0: permission denied \(EACCES\)/,
  },
  { fault: 'bind:error=ENOMEM', args: DGRAM, code: 3, stderr: /the kernel is out of memory \(ENOMEM\)/ },
  { fault: 'connect:error=ENETUNREACH', args: KERNEL, code: 3, stderr: /cannot send to .* no route .*\(ENETUNREACH\)/ },
  { fault: 'connect:error=ENETUNREACH', args: DGRAM, code: 3, stderr: /cannot send to .* no route .*\(ENETUNREACH\)/ },
  {
    fault: 'setsockopt:error=EPERM',
    args: KERNEL,
    code: 3,
    stderr: /the kernel engine does not work here: .*\(EPERM\)/,
  },
  { fault: 'setsockopt:error=ENOPROTOOPT', args: KERNEL, code: 3, stderr: /setsockopt IP_MTU_DISCOVER ENOPROTOOPT/ },
  { fault: 'setsockopt:error=EPERM', args: [], code: 0, fates: WHOLE, engine: 'dgram' },
  // Node uses this call for its own stderr, so no error can be printed.
  { fault: 'getsockname:error=ENOBUFS', args: DGRAM, code: 3 },
  { fault: 'sendmmsg:error=EPERM:when=4+', args: KERNEL, code: 0, fates: ['intact', 'refused'] },
  { fault: 'sendmmsg:error=ENOBUFS:when=4+', args: KERNEL, code: 0, fates: ['intact', 'refused'] },
  { fault: 'sendmmsg:error=EINTR:when=4..8', args: KERNEL, code: 0, fates: WHOLE },
  { fault: 'sendmmsg,sendmsg:error=EPERM', args: DGRAM, code: 1, fates: ['refused'] },
  { fault: 'sendmmsg,sendmsg:error=ENOMEM', args: DGRAM, code: 1, fates: ['refused'] },
  { fault: 'ppoll:error=ENOMEM:when=4+', args: KERNEL, code: 0, fates: ['intact', 'late'] },
  { fault: 'ppoll:error=EINTR:when=4+', args: KERNEL, code: 0, fates: ['intact', 'late'] },
  { fault: 'openat:error=EACCES', file: '/proc/net/snmp', args: KERNEL, code: 0, fates: WHOLE },
  { fault: 'openat:error=EACCES', file: '/proc/net/udp', args: DGRAM, code: 0, fates: WHOLE, knowsDrops: false },
  { fault: 'setsockopt:error=ENOPROTOOPT', args: DGRAM, code: 0, fates: WHOLE },
  { fault: 'setsockopt:error=ENOBUFS', args: [...DGRAM, '--recv-buffer', '1MiB'], code: 0, fates: WHOLE },
  { fault: 'setsockopt:error=ENOPROTOOPT:when=2+', args: KERNEL, code: 3, stderr: /setsockopt IP_\w+ ENOPROTOOPT/ },
  {
    fault: 'setsockopt:error=ENOPROTOOPT:when=5+',
    args: KERNEL,
    code: 3,
    stderr: /the kernel engine does not work here/,
  },
  { fault: 'setsockopt:error=ENOPROTOOPT:when=5+', args: [], code: 0, fates: WHOLE, engine: 'dgram' },
  // SO_MEMINFO, IP_MTU and all others.
  { fault: 'getsockopt:error=ENOPROTOOPT', args: KERNEL, code: 0, fates: WHOLE, knowsDrops: false },
  { fault: 'getsockopt:error=EPERM', args: [], code: 0, fates: WHOLE, engine: 'kernel', knowsDrops: false },
  {
    fault: 'recvmmsg:error=ENOMEM:when=3+',
    args: KERNEL,
    code: [0, 1],
    fates: ['intact', 'lostUnknown'],
    warning: 'receiveFailed',
  },
  { fault: 'prlimit64,sysinfo,sched_getaffinity:error=EPERM', args: KERNEL, code: 0, fates: WHOLE },
  // glibc and libuv fall back to clone(2), as in containers of old versions.
  { fault: 'clone3:error=ENOSYS', args: KERNEL, code: 0, fates: WHOLE },
]

// Not in the table, because Node aborts before it runs our code: getrandom(2), eventfd2(2), epoll_create1(2), epoll_ctl(2), mmap(2),
// uname(2), and clone3(2) of its own threads.

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireTool('strace'))('a failing system call', () => {
  const server = { at: '', stop: (): void => undefined }
  beforeAll(async () => {
    const child = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
    server.stop = () => void child.kill()
    for await (const line of createInterface(child.stdout)) {
      server.at = /127\.0\.0\.1:\d+/u.exec(line)?.[0] ?? ''
      break
    }
  })
  afterAll(() => server.stop())

  test.each(TABLE)('$fault $file $args: exit $code', async row => {
    const { stderr, fates, engine, code, warning, knowsDrops } = row
    const run = await inject(server.at, row)
    expect(run.stderr).not.toMatch(/^\s+at /mu)
    if (stderr === undefined) expect(run.stderr).toBe('')
    else expect(run.stderr).toMatch(new RegExp(`^udptool: [^\\n]*${stderr.source}[^\\n]*\\n$`, 'u'))
    expect([code].flat()).toContain(run.code)
    if (fates === undefined) return
    const document = run.json()
    const { ledger } = document
    const met = Object.entries(ledger.fates).filter(([, count]) => count > 0)
    expect(met.reduce((sum, [, count]) => sum + count, 0)).toBe(10)
    expect(fates).toEqual(expect.arrayContaining(met.map(([fate]) => fate)))
    if (engine !== undefined) expect(document.engine).toBe(engine)
    if (warning !== undefined) expect(document.warnings.map(one => one.code)).toContain(warning)
    if (knowsDrops !== undefined) expect(document.evidence.clientDrops !== undefined).toBe(knowsDrops)
  })
})
