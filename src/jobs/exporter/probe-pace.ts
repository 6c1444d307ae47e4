import { SECOND } from '../../base/nanos.ts'
import { parseOption } from '../../options/parse-options.ts'
import { SEND_OPTIONS } from '../../runs/send/options.ts'
import type { Values } from '../file-options.ts'
import { RUN_KINDS } from '../run-kind.ts'
import { sendingOf } from './probe-time.ts'

/** Probes that a run sends in its busiest second. Infinity: as many as the host can send. The options are valid. */
export function probesPerSecond(run: string, raw: Values): number {
  if (raw['flood'] === true) return bounded(Infinity, run, raw)
  const clients = run === 'send' ? parseOption('clients', SEND_OPTIONS.clients, raw['clients']) : 1
  const rate = parseOption('rate', SEND_OPTIONS.rate, raw['rate'])
  if (rate?.unit === 'packets') return bounded(clients * rate.perSecond, run, raw)
  if (rate !== undefined)
    return bounded((clients * rate.perSecond) / (8 * Math.max(1, smallestSize(run, raw))), run, raw)
  const written = raw['interval'] ?? RUN_KINDS.get(run)?.options['interval']?.default
  const interval = parseOption('interval', SEND_OPTIONS.interval, written)
  const burst = run === 'send' ? parseOption('burst', SEND_OPTIONS.burst, raw['burst']) : 1
  return bounded((clients * burst * SECOND) / interval, run, raw)
}

/** A run sends no more than all of its probes. */
function bounded(perSecond: number, run: string, raw: Values): number {
  if (run !== 'send') return perSecond
  const { count = Infinity, clients } = sendingOf(raw)
  return Math.min(perSecond, clients * count)
}

function smallestSize(run: string, raw: Values): number {
  const key = run === 'sweep' ? 'sizes' : 'size'
  return Math.min(...parseOption(key, SEND_OPTIONS.size, raw[key]))
}
