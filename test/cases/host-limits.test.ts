import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import { ROOT, start, type Child } from '../helpers/child.ts'
import { requireNamespaces } from '../helpers/namespace.ts'
import { requireTool, temporaryFolder } from '../helpers/tools.ts'
import { startServe, withJson, type Run } from '../helpers/udptool.ts'

const UDPTOOL = [process.execPath, `${ROOT}bin/udptool.js`]

/** Runs udptool in a sandbox of test/helpers/peers/sandbox.py. */
async function inSandbox(words: readonly string[], ...args: readonly string[]): Promise<Run> {
  const script = `${ROOT}test/helpers/peers/sandbox.py`
  return withJson(await start('python3', [script, ...words, '--', ...UDPTOOL, ...args]).finished)
}

/** Starts udptool and lets some of its system calls fail (strace, "inject"). */
function injected(fault: string, ...args: readonly string[]): Child {
  const calls = fault.slice(0, fault.indexOf(':'))
  return start('strace', [
    '-f',
    '-qq',
    '-o',
    '/dev/null',
    '-e',
    `trace=${calls}`,
    '-e',
    `inject=${fault}`,
    ...UDPTOOL,
    ...args,
  ])
}

/** Processor time of a process so far, in ticks of 10 ms. */
function ticks(pid: string): number {
  const fields = execFileSync('cat', [`/proc/${pid}/stat`], { encoding: 'utf8' }).split(' ')
  return Number(fields[13]) + Number(fields[14])
}

const SEND = ['send', '--self', '--count', '3', '--interval', '5ms', '--timeout', '20s', '--json']
/** With this fault, Node starts its own threads, but no worker thread. */
const NO_THREAD = 'clone3:error=EAGAIN:when=11+'

/**
 * Sends probes until something has happened. A busy machine may receive many datagrams by one call, so no number of them is enough for a
 * certain number of calls.
 */
async function sendUntil(to: string, happened: Promise<unknown>): Promise<void> {
  const endless = ['--count', '1000000', '--interval', '2ms', '--timeout', '200ms', '--no-receipts', '-q']
  const sender = start(process.execPath, [`${ROOT}bin/udptool.js`, 'send', '--to', to, ...endless])
  await happened
  sender.signal('SIGTERM')
  await sender.finished
}

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireNamespaces())('udptool in a sandbox', () => {
  cases([
    {
      fault: 'D3',
      what: 'no AF_NETLINK, no /proc, no /sys: send, doctor',
      before: 'uv_interface_addresses returned Unknown system error: the finished run is lost; doctor the same',
      right: 'a Result without those facts; doctor reports no failure',
      shows: async () => {
        const all = ['netlink', 'proc', 'sys']
        const document = (await inSandbox(all, ...SEND)).json()
        expect(document.ledger.fates).toEqual({ intact: 3 })
        expect(document.engine).toBe('kernel')
        expect(document.evidence).not.toHaveProperty('mtu')
        const dgram = (await inSandbox(['netlink'], ...SEND, '--engine', 'dgram')).json()
        expect(dgram.ledger.fates).toEqual({ intact: 3 })
        const doctor = await inSandbox(all, 'doctor')
        expect([doctor.code, doctor.stderr]).toEqual([0, ''])
      },
    },
  ])
})

describe.runIf(kernel !== undefined && requireTool('strace'))('a host that lacks resources', () => {
  cases([
    {
      fault: 'E15',
      what: 'no thread can be started: --engine auto and --engine kernel',
      before: '"udptool: EAGAIN", and auto does not fall back',
      right: 'auto selects dgram; kernel is an error in one line',
      shows: async () => {
        const auto = withJson(await injected(NO_THREAD, ...SEND).finished).json()
        expect([auto.engine, auto.ledger.fates]).toEqual(['dgram', { intact: 3 }])
        const named = await injected(NO_THREAD, ...SEND, '--engine', 'kernel').finished
        expect(named.code).toBe(3)
        expect(named.stderr).toMatch(/^udptool: cannot start a thread: [^\n]*\(EAGAIN\) — [^\n]*\n$/u)
      },
    },
    {
      fault: 'E15',
      what: 'ulimit -n 24',
      before: 'stack trace, exit 1',
      right: 'one line, exit 3',
      shows: async () => {
        const run = await start('bash', ['-c', 'ulimit -n 24; exec "$@"', 'bash', ...UDPTOOL, ...SEND]).finished
        expect(run.code).toBe(3)
        expect(run.stderr).toMatch(/^udptool: [^\n]*\(EMFILE\) — [^\n]*ulimit[^\n]*\n$/u)
      },
    },
    ...(['kernel', 'dgram'] as const).map(engine => ({
      fault: 'E16',
      what: `a client whose receive calls fail (ENOMEM), ${engine} engine`,
      before: 'lostUnknown without a warning',
      right: 'the warning receiveFailed, and lostUnknown',
      timeoutMs: 90_000,
      shows: async () => {
        await using server = await startServe(['--port', '0'])
        const count = engine === 'kernel' ? '1200' : '4000'
        const options = ['--count', count, '--interval', '5ms', '--timeout', '200ms', '--engine', engine, '--json']
        const child = injected('recvmsg,recvmmsg:error=ENOMEM:when=60+', 'send', '--to', server.at, ...options)
        const document = withJson(await child.finished).json()
        const { scheduled, fates } = document.ledger
        expect(fates['intact'] ?? 0).toBeLessThan(scheduled)
        expect(Object.values(fates).reduce((sum, count) => sum + count, 0)).toBe(scheduled)
        expect(document.warnings.map(({ code }) => code)).toContain('receiveFailed')
        expect(document.evidence.receiveErrors?.['ENOMEM']).toBeGreaterThan(0)
        // It tries again at most ten times a second, after a few shorter pauses. node:dgram cannot pause, so that engine stops sending.
        const most = 20 + (10 * document.durationMs) / 1000
        if (engine === 'kernel') expect(document.evidence.receiveErrors?.['ENOMEM']).toBeLessThan(most)
        else expect(scheduled).toBeLessThan(4000)
      },
    })),
    {
      fault: 'E16',
      what: 'a server whose receive calls fail, kernel engine',
      before: 'receives nothing without a warning, and uses 200 ms of a processor a second',
      right: 'a warning on stderr and in the summary, pauses between tries, and exit 0 on SIGINT',
      shows: async () => {
        const fault = 'recvmmsg:error=ENOMEM:when=30+'
        const child = injected(fault, 'serve', '--port', '0', '--engine', 'kernel')
        onTestFinished(async () => await child[Symbol.asyncDispose]())
        await child.waitFor('stdout', /^listening .+\n/u)
        const port = /:(\d+) mode/u.exec(child.stdout)?.[1] ?? ''
        const warning = child.waitFor('stderr', /warning: our own kernel refuses to receive \(ENOMEM\)/u)
        await sendUntil(`127.0.0.1:${port}`, warning)
        const pid = execFileSync('pgrep', ['-P', String(child.pid), 'node'], { encoding: 'utf8' }).trim()
        const [before, began] = [ticks(pid), performance.now()]
        await new Promise(resolve => setTimeout(resolve, 1000))
        const used = ticks(pid) - before
        // A tenth of a processor.
        expect(used).toBeLessThan((10 * (performance.now() - began)) / 1000)
        process.kill(Number(pid), 'SIGINT')
        const { code, stdout } = await child.finished
        expect(code).toBe(0)
        expect(stdout).toMatch(/failed {3}to receive \d+ times: our own kernel refused it \(ENOMEM\)\n/u)
      },
    },
    {
      fault: 'E16',
      what: 'the same on the dgram engine, where libuv tries again without a pause',
      before: 'receives nothing without a warning, and uses a whole processor',
      right: 'ends after a second with its summary and an error',
      shows: async () => {
        const fault = 'recvmsg,recvmmsg:error=ENOMEM:when=30+'
        const child = injected(fault, 'serve', '--port', '0', '--engine', 'dgram')
        onTestFinished(async () => await child[Symbol.asyncDispose]())
        await child.waitFor('stdout', /^listening .+\n/u)
        const port = /:(\d+) mode/u.exec(child.stdout)?.[1] ?? ''
        await sendUntil(`127.0.0.1:${port}`, child.finished)
        const { code, stdout, stderr } = await child.finished
        expect(code).toBe(3)
        expect(stdout).toMatch(/received \d+ datagrams/u)
        expect(stderr).toMatch(/udptool: cannot receive on 127\.0\.0\.1:\d+: the kernel is out of memory \(ENOMEM\)/u)
      },
    },
    {
      fault: 'E16',
      what: 'a relay whose receive calls fail',
      before: 'receives nothing without a warning, and uses a whole processor',
      right: 'ends after a second with its summary, its record and an error',
      shows: async () => {
        await using server = await startServe(['--port', '0'])
        const truth = join(temporaryFolder(), 'truth.json')
        const fault = 'recvmsg,recvmmsg:error=ENOMEM:when=30+'
        const child = injected(fault, 'relay', '--listen', '127.0.0.1:0', '--to', server.at, '--truth', truth)
        onTestFinished(async () => await child[Symbol.asyncDispose]())
        await child.waitFor('stdout', /^listening .+\n/u)
        const to = /^listening udp4 (\S+)/u.exec(child.stdout)?.[1] ?? ''
        await sendUntil(to, child.finished)
        const { code, stdout, stderr } = await child.finished
        expect(code).toBe(3)
        expect(stdout).toMatch(/failed {3}to receive [\d,]+ times: our own kernel refused it \(ENOMEM\)/u)
        expect(stderr).toMatch(/udptool: cannot receive on 127\.0\.0\.1:\d+: the kernel is out of memory \(ENOMEM\)/u)
        expect(JSON.parse(readFileSync(truth, 'utf8')).receiveErrors.ENOMEM).toBeGreaterThan(0)
      },
    },
  ])
})
