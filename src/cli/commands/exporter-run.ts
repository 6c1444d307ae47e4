import { setTimeout as pause } from 'node:timers/promises'
import { formatAddress, type StreamAddress } from '../../base/address.ts'
import { MILLISECOND, SECOND } from '../../base/nanos.ts'
import { startInterval } from '../../engine/long-timer.ts'
import { Exporter } from '../../jobs/exporter/exporter.ts'
import type { ExporterPlan } from '../../jobs/exporter/plan.ts'
import type { ProbeTexts } from '../../jobs/exporter/probe-desk.ts'
import { openWebSecurity } from '../../jobs/exporter/web-security.ts'
import { probeLog, probeMetrics } from '../../report/probe-texts.ts'
import { watchListeningEvent } from '../../report/formats/watch-events.ts'
import { watchLine, watchListeningLine } from '../../report/terminal/watch-lines.ts'
import { formatLocalTime } from '../../runs/local-time.ts'
import { readVersion } from '../../runs/version.ts'
import { EXIT } from '../exit.ts'
import { logTo } from '../output/log-writer.ts'
import { write } from '../output/streams.ts'
import type { Hangups } from '../hangups.ts'
import type { Session } from '../subcommand.ts'
import { startExporterWeb } from '../web/start-exporter-web.ts'
import { endWithStdin } from './server-run.ts'
import { readWatchConfig } from './watch-config.ts'

const TEXTS: ProbeTexts = { metrics: probeMetrics, log: probeLog }

/** Service managers kill what does not end: systemd after 90 s, Kubernetes after 30 s. */
const LONGEST_END = 10 * SECOND

/** `udptool exporter`: probes and serves until a signal. */
export async function runExporter(plan: ExporterPlan, hangups: Hangups, session: Session): Promise<number> {
  const log = logTo(process.stderr, plan.log)
  log('info', 'starting', { version: readVersion(), node: process.versions.node, pid: process.pid })
  const { configFile: webFile } = plan.web
  const security = webFile === undefined ? undefined : openWebSecurity(webFile, log)
  const exporter = await Exporter.start(plan, { readConfig: readWatchConfig, texts: TEXTS, log })
  let isClosed = false
  try {
    const web = await startExporterWeb(exporter, { plan: plan.web, security, log })
    try {
      await announce(web.addresses, exporter, session)
      log('info', 'listening', {
        addresses: web.addresses.map(formatAddress).join(' '),
        targets: exporter.monitor.view().targets.length,
        engine: exporter.monitor.engine,
      })
      // The log has the reason of a failure.
      hangups.pass(() => void exporter.reload().catch(() => {}))
      await served(exporter, plan, session)
    } finally {
      await web.close()
    }
  } finally {
    isClosed = await closesSoon(exporter)
  }
  const { received } = session.signals
  log('info', 'ended', received === undefined ? {} : { signal: received })
  // Threads of runs that still wait for replies would keep the process.
  if (!isClosed) process.exit(EXIT.done)
  return EXIT.done
}

/** Whether an exporter ends within `LONGEST_END`: a run of `/probe` or a search waits for the replies to its last probes. */
async function closesSoon(exporter: Exporter): Promise<boolean> {
  const over = new AbortController()
  const { signal } = over
  const closed = exporter.close().then(() => true)
  const late = pause(LONGEST_END / MILLISECOND, false, { signal }).catch(() => false)
  try {
    return await Promise.race([closed, late])
  } finally {
    over.abort()
  }
}

/** Writes the ports, and prints the addresses. */
async function announce(
  addresses: readonly StreamAddress[],
  { monitor }: Exporter,
  { files, onStdout, isLive }: Session,
): Promise<void> {
  await files['--port-file']?.write([addresses.map(({ port }) => `${port}\n`).join('')])
  const view = monitor.view()
  for (const address of addresses) {
    if (onStdout === 'json')
      await write(process.stdout, watchListeningEvent(address, view, formatLocalTime(Date.now())))
    else if (isLive) await write(process.stdout, watchListeningLine(formatAddress(address), view))
  }
}

/** Resolves after the first signal, or the end of the parent process. */
async function served(exporter: Exporter, plan: ExporterPlan, { signals }: Session): Promise<void> {
  const { reportInterval, exitWithParent } = plan
  const ended = new Promise<void>(resolve => {
    // A signal may have come already.
    signals.onFirst(resolve)
    if (exitWithParent) endWithStdin(resolve)
  })
  const report = reportInterval === undefined ? undefined : startInterval(() => printLines(exporter), reportInterval)
  try {
    await Promise.race([exporter.monitor.done, ended])
  } finally {
    report?.cancel()
    if (exitWithParent) process.stdin.destroy()
  }
}

function printLines({ monitor }: Exporter): void {
  const { now, targets } = monitor.view()
  const at = formatLocalTime(now)
  process.stderr.write(targets.map(target => `${watchLine(target, at, formatLocalTime)}\n`).join(''))
}
