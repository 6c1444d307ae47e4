import type { DoctorDocument, Finding } from '../../verdict/doctor.ts'
import { buffers } from './buffers.ts'
import { doctorDocument } from './document.ts'
import { drops } from './drops.ts'
import { echoes } from './echo.ts'
import { engines } from './engines.ts'
import { fragments } from './fragments.ts'
import { interfaces } from './interfaces.ts'
import { limits } from './limits.ts'
import type { DoctorOptions } from './options.ts'
import { planNeed, type Need } from './plan.ts'
import { systemReader, type HostReader } from './host-reader.ts'

export interface DoctorHooks {
  readonly signal?: AbortSignal
  /** Called before each part of the examination. */
  readonly onLook?: (what: string) => void
}

/** Examines this host and changes nothing. Throws a `usage` error if the options are invalid. */
export async function runDoctor(options: DoctorOptions = {}, hooks: DoctorHooks = {}): Promise<DoctorDocument> {
  const need = planNeed(options)
  const host = systemReader()
  // Before anything is sent, because the trial of an engine overflows a buffer on purpose.
  const seen = examine(host, need)
  hooks.onLook?.('engines')
  const found = await engines()
  hooks.onLook?.('echo to this host itself')
  found.push(...(await echoes(host, hooks.signal)))
  return doctorDocument([...found, ...seen], need)
}

/** The findings that need no traffic. */
export function examine(host: HostReader, need: Need): Finding[] {
  if (host.platform !== 'linux') return [unseen(host.platform)]
  return [buffers(host, need), drops(host), interfaces(host), fragments(host), limits(host)].flat()
}

function unseen(platform: string): Finding {
  const [name, counters] =
    platform === 'win32'
      ? ['Windows', 'netstat -s -p udp and netsh interface ipv4 show subinterfaces']
      : ['this system', 'netstat -s -p udp, netstat -i and sysctl net.inet.udp']
  return {
    id: 'platform',
    level: 'note',
    what: `${name} does not show udptool its buffer limits, drop counters, MTUs and connection tracking: those are read from /proc and /sys of Linux`,
    cost: 'what this host itself drops looks like loss on the network',
    fix: `look by hand: ${counters}`,
  }
}
