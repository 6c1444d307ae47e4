import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { FAR, FAR_NAME, MTU, NEAR, type FarReport } from './protocol.ts'

const FAR_END = fileURLToPath(new URL('./far-end.js', import.meta.url))
/** A packet that is not dropped normally crosses a virtual wire within this time, even on a busy machine, ms. */
const SETTLED_MS = 100
const TIMEOUT_MS = 20_000

/** Two network namespaces connected by a wire with an MTU of 1500. This process is in the near one, another process in the far one. */
export class Wire {
  readonly udpPort: number
  readonly tcpPort: number
  readonly #far: ChildProcess
  #reported = 0

  private constructor(far: ChildProcess, { udpPort, tcpPort }: FarReport) {
    this.#far = far
    this.udpPort = udpPort
    this.tcpPort = tcpPort
  }

  static async build(): Promise<Wire> {
    const far = `-n ${FAR_NAME}`
    for (const words of [
      'link set lo up',
      `netns add ${FAR_NAME}`,
      `link add near0 mtu ${MTU} type veth peer name far0 mtu ${MTU} netns ${FAR_NAME}`,
      `addr add ${NEAR}/24 dev near0`,
      'link set near0 up',
      `${far} addr add ${FAR}/24 dev far0`,
      `${far} link set far0 up`,
      `${far} link set lo up`,
    ]) {
      execFileSync('ip', words.split(' '), { stdio: 'pipe' })
    }
    const child = spawn('ip', ['netns', 'exec', FAR_NAME, process.execPath, FAR_END], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const [report] = (await once(child, 'message')) as [FarReport]
    return new Wire(child, report)
  }

  /** What the far end received since the last call, and its kernel's counters. Waits up to 20 seconds until `isDue`. */
  async report(isDue: (report: FarReport) => boolean = () => false): Promise<FarReport> {
    const deadline = performance.now() + TIMEOUT_MS
    for (;;) {
      await sleep(SETTLED_MS)
      this.#far.send('report')
      const [all] = (await once(this.#far, 'message')) as [FarReport]
      const report = { ...all, datagrams: all.datagrams.slice(this.#reported) }
      if (isDue(report) && performance.now() < deadline) continue
      this.#reported = all.datagrams.length
      return report
    }
  }

  /** Drops packets that match this nftables expression where they enter the far end, before reassembly (priority below −400). */
  drop(expression: string): void {
    execFileSync('ip', ['netns', 'exec', FAR_NAME, 'nft', '-f', '-'], {
      input: `table ip lab {\n counter dropped {}\n chain arrivals {\n type filter hook prerouting priority -450\n ${expression} counter name dropped drop\n }\n}\n`,
      stdio: ['pipe', 'ignore', 'pipe'],
    })
  }

  /** Number of packets dropped by these rules. Waits up to 20 seconds for this many. */
  async dropped(due: number): Promise<number> {
    const deadline = performance.now() + TIMEOUT_MS
    for (;;) {
      const text = execFileSync('ip', ['netns', 'exec', FAR_NAME, 'nft', 'list', 'counter', 'ip', 'lab', 'dropped'])
      const dropped = Number(/packets (\d+)/.exec(String(text))?.[1] ?? NaN)
      if (dropped >= due || performance.now() >= deadline) return dropped
      await sleep(SETTLED_MS)
    }
  }

  close(): void {
    this.#far.disconnect()
  }
}
