import type { Address } from '../../base/address.ts'
import { formatTarget } from '../../base/target.ts'
import { createPalette } from '../../report/text/palette.ts'
import { asSaved } from '../../report/formats/json.ts'
import { pingEvent, pingStartEvent, pingSummaryEvent } from '../../report/formats/ping-events.ts'
import { pingHeader, pingLine } from '../../report/terminal/ping-lines.ts'
import { isEndless } from '../../jobs/ping/plan.ts'
import type { SendPlan } from '../../runs/send/plan.ts'
import { runSend } from '../../runs/send/run.ts'
import type { SettledProbe } from '../../verdict/settled-probe.ts'
import { formatLocalTime } from '../../runs/local-time.ts'
import { IntervalReports, type ReportInterval } from '../progress/interval-reports.ts'
import { runDocument } from './run-document.ts'
import { write } from '../output/streams.ts'
import type { Ending, Session } from '../subcommand.ts'
import { waitingLine } from '../progress/waiting-line.ts'

/** `udptool ping`: a line or an event for each probe while it runs, then the ledger. */
export async function runPing(
  plan: SendPlan,
  stamped: boolean,
  interval: ReportInterval | undefined,
  session: Session,
): Promise<Ending> {
  const { signals, line, view, isLive, onStdout } = session
  const { sizes, clients } = plan.probe
  const palette = createPalette(view.color)
  const reader = new AbortController()
  const print = async (text: string): Promise<void> => {
    line.clear()
    if (!(await write(process.stdout, text))) reader.abort()
  }
  const reports =
    interval === undefined ? undefined : new IntervalReports(interval, session, { printsEvents: onStdout === 'json' })
  let target: Address | undefined
  const show = (settled: SettledProbe): string => {
    if (target === undefined) return ''
    const at = formatLocalTime(settled.atMs)
    if (onStdout === 'json') return pingEvent(settled, target, clients, at)
    return `${stamped ? `[${at}] ` : ''}${pingLine(settled, { target, palette, severalClients: clients > 1 })}\n`
  }
  const showsProbes = isLive || onStdout === 'json'
  const asked = showsProbes ? { ...plan, probe: { ...plan.probe, earlyReceipts: true } } : plan
  const sent = await runSend(asked, {
    signal: AbortSignal.any([signals.signal, reader.signal]),
    onWait: waitingLine(line),
    onStart({ target: address, engine }) {
      target = address
      const name = formatTarget(plan.target)
      const at = formatLocalTime(Date.now())
      if (onStdout === 'json') void print(pingStartEvent({ target: name, address, engine, sizes, at }))
      else if (isLive) void print(`${pingHeader(plan.target, address.address, sizes)}\n`)
    },
    onProgress: (facts, now) => reports?.advance(facts, now),
    ...(showsProbes ? { onSettled: settled => void print(settled.map(show).join('')) } : {}),
  })
  reports?.finish()
  // An interrupt is the end of an endless run, so nothing is missing from it.
  const run = isEndless(plan) ? { ...sent, result: { ...sent.result, interrupted: false } } : sent
  const document = runDocument(run)
  return {
    ...document,
    // --quiet leaves out the lines of the probes only.
    table: shown => document.table({ ...shown, quiet: false }),
    tableEnd: function* (shown) {
      yield '\n'
      yield* document.table(shown)
    },
    jsonEnd: () => pingSummaryEvent(asSaved(run.result), formatLocalTime(Date.now())),
    endsByInterrupt: isEndless(plan),
  }
}
