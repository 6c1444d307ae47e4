import { setTimeout as sleep } from 'node:timers/promises'
import { ROOT, type Child } from './child.ts'
import { onCleanup } from './lifetime.ts'
import type { Host } from './namespace.ts'
import type { RelayEvent } from './relay-command.ts'

/** The environment variable that makes Node run this source before udptool. */
export function preload(source: string): string {
  return `NODE_OPTIONS=--import=data:text/javascript,${encodeURIComponent(source)}`
}

/** Node with the relay's arguments, and the program that runs before it. */
function relayCommand(args: readonly string[], before: readonly string[]): readonly string[] {
  return [...before, process.execPath, `${ROOT}bin/udptool.js`, 'relay', '--public', '--json', ...args]
}

/** Starts a relay on a host of the test. It ends with the test. Resolves when it is ready. */
export async function startRelayOn(
  host: Host,
  args: readonly string[],
  before: readonly string[] = [],
): Promise<{ readonly child: Child; readonly end: () => Promise<RelayEvent> }> {
  const child = host.start('env', ...relayCommand(args, before))
  onCleanup(async () => {
    child.signal('SIGKILL')
    await child.finished
  })
  await child.waitFor('stdout', /^\{"event":"listening".+\n/)
  const end = async (): Promise<RelayEvent> => {
    child.signal('SIGTERM')
    const { stdout } = await child.finished
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as RelayEvent
  }
  return { child, end }
}

/** Runs a relay for at most 1 ms. Returns how it ended. */
export async function tryRelayOn(
  host: Host,
  args: readonly string[],
  before: readonly string[] = [],
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const short = ['--duration', '1ms', ...args]
  if (before.length === 0) return await host.startHosted('relay', '--public', '--json', ...short).finished
  return await host.start('env', ...relayCommand(short, before)).finished
}

/** Waits until the condition holds. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(20)
}

/** A counter has stopped when this many readings in a row, 300 ms apart, are equal: a busy machine may delay what is counted. */
const EQUAL_READINGS = 5

/** Waits until a counter stops changing, and returns it. If datagrams go around in an endless loop, it never returns. */
export async function untilStable(count: () => number): Promise<number> {
  let now = count()
  for (let equal = 0; equal < EQUAL_READINGS; equal++) {
    await sleep(300)
    const next = count()
    if (next !== now) equal = -1
    now = next
  }
  return now
}
