import { formatAddress } from '../../base/address.ts'
import { formatDuration } from '../../base/duration.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { irttFigures } from '../figures/irtt-figures.ts'
import type { Rule } from './rule.ts'
import { probes } from './words.ts'

/** Nothing was measured. */
export const irttNotOpened: Rule = ({ irtt }, _, target) => {
  if (irtt === undefined || irtt.opened) return undefined
  return {
    code: 'irttNotOpened',
    message: `${formatAddress(target)} did not answer the request to open an irtt session`,
    hint: `check that an irtt server listens there (udptool serve --irtt ${target.port}), and that both ends have the same key or none: such a server refuses in silence`,
  }
}

export const irttClosed: Rule = ({ irtt, startedAt, closedAt }) => {
  if (irtt?.closedByServer !== true) return undefined
  return {
    code: 'irttClosed',
    message: `the irtt server ended the session ${formatDuration(Math.max(0, closedAt - startedAt))} after its start`,
    hint: 'ask for a shorter run (--duration, --count), or raise the maximum duration of the server',
  }
}

/** Parameters that decide how the figures must be read. */
export const irttRestricted: Rule = facts => {
  const { granted } = irttFigures(facts) ?? {}
  if (granted === undefined || granted.restricted.length === 0) return undefined
  const values: Readonly<Record<string, string>> = {
    duration: formatDuration(granted.durationMs * MILLISECOND),
    interval: formatDuration(granted.intervalMs * MILLISECOND),
    length: `${granted.length} bytes`,
    tos: String(granted.tos),
    stats: granted.stats,
    stamps: granted.stamps,
    clock: granted.clock,
  }
  const parts = granted.restricted.map(name => `${name} ${values[name] ?? ''}`.trimEnd())
  return {
    code: 'irttRestricted',
    message: `the irtt server granted other parameters than were asked for: ${parts.join(', ')}`,
    hint: 'ask for no more than it grants, or raise its limits',
    evidence: { restricted: granted.restricted.join(' ') },
  }
}

/** Losses have no direction, because the session has no reports. */
export const irttNoReports: Rule = ({ plan, irtt }, { tally }) => {
  const { lostUnknown } = tally.total.fates
  // A run that asks for none wants none.
  if (plan.protocol?.name !== 'irtt' || plan.protocol.stats === 'none') return undefined
  if (irtt?.granted?.stats !== 'none' || lostUnknown === 0) return undefined
  return {
    code: 'irttNoReports',
    message: `${probes(lostUnknown)} lost without a direction: in this session the server does not report what it received`,
    hint: 'check the settings of the server: it allows no reports (stats)',
    evidence: { lostUnknown },
  }
}
