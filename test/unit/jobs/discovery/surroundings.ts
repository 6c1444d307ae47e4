import { UdptoolError } from '../../../../src/base/error.ts'
import { SECOND } from '../../../../src/base/nanos.ts'
import { formatTarget, parseTarget, type Target } from '../../../../src/base/target.ts'
import type { Found, Lookup } from '../../../../src/engine/resolve.ts'
import type { Disk } from '../../../../src/jobs/discovery/disk.ts'
import type { DiscoverySurroundings } from '../../../../src/jobs/discovery/group-targets.ts'
import type { Log } from '../../../../src/jobs/log.ts'
import type { DiscoveredTarget, GroupPlan, ModuleConfig } from '../../../../src/jobs/monitor/config-plan.ts'
import { planModule } from '../../../../src/jobs/monitor/module.ts'
import type { ModuleOptions } from '../../../../src/jobs/monitor/options.ts'
import { ManualTimers } from '../../../helpers/manual-timers.ts'

/** Files in memory. Each `write` gives the file another stamp, unless it is given that of an earlier one. */
class MemoryDisk implements Disk {
  readonly #files = new Map<string, { readonly text: string; readonly stamp: string }>()
  #writes = 0
  reads = 0
  /** Why folders cannot be listed. */
  fault: string | undefined

  write(path: string, content: unknown, stamp = String((this.#writes += 1))): void {
    this.#files.set(path, { text: typeof content === 'string' ? content : JSON.stringify(content), stamp })
  }

  delete(path: string): void {
    this.#files.delete(path)
  }

  readonly list: Disk['list'] = async folder => {
    if (this.fault !== undefined) throw new UdptoolError('file', `cannot read ${folder}: ${this.fault}`)
    const inside = [...this.#files.keys()].filter(path => path.startsWith(`${folder}/`))
    return Promise.resolve(inside.map(path => path.slice(folder.length + 1)))
  }

  readonly stamp: Disk['stamp'] = async path => Promise.resolve(this.#files.get(path)?.stamp)

  readonly read: Disk['read'] = async path => {
    this.reads += 1
    const file = this.#files.get(path)
    if (file === undefined) throw new UdptoolError('file', `cannot read ${path}: no such file`)
    return Promise.resolve(file.text)
  }
}

/** Name servers in memory. A name that is in neither table does not exist. */
class MemoryNames {
  readonly addresses = new Map<string, readonly string[]>()
  readonly services = new Map<string, readonly Target[]>()
  readonly asked: string[] = []

  readonly lookup: Lookup = async (host, family) => {
    this.asked.push(`${host} ${family}`)
    const all = this.addresses.get(host) ?? []
    const found = all.map((address): Found => ({ address, family: address.includes(':') ? 6 : 4 }))
    const fitting = found.filter(one => family === 0 || one.family === family)
    if (fitting.length === 0) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
    return Promise.resolve(fitting)
  }

  readonly lookupServices = async (name: string): Promise<readonly Target[]> => {
    this.asked.push(`${name} SRV`)
    const found = this.services.get(name)
    if (found === undefined) throw new UdptoolError('resolve', `cannot resolve ${name}: there is no such name`)
    return Promise.resolve(found)
  }
}

/** The surroundings of a discovery, all in memory, and what it logs. */
export class Surroundings implements DiscoverySurroundings {
  readonly disk = new MemoryDisk()
  readonly names = new MemoryNames()
  readonly timers = new ManualTimers()
  readonly lines: string[] = []
  changes = 0
  isClosed = false
  maxTargets = 1000
  own = {
    name: 'fra-1',
    isSelf: (host: string): boolean | 'maybe' => host === '10.0.0.1' || (host.startsWith('fra-1.') && 'maybe'),
  }
  readonly lookup = this.names.lookup
  readonly lookupServices = this.names.lookupServices
  readonly startTimer = this.timers.start
  readonly log: Log = (level, message, fields = {}) =>
    void this.lines.push(
      [level, message, ...Object.entries(fields).map(([name, value]) => `${name}=${value}`)].join(' | '),
    )

  readonly onChange = (): void => void (this.changes += 1)
  readonly onClose = (): void => void (this.isClosed = true)

  /** Lets seconds pass. */
  async pass(seconds: number): Promise<void> {
    await this.timers.advance(seconds * SECOND)
  }
}

export function module(name: string, options: ModuleOptions = {}): ModuleConfig {
  return { name, run: 'send', settings: {}, options: {}, probes: planModule(name, options) }
}

const SMALL = module('small')

export function group(plan: Partial<GroupPlan>): GroupPlan {
  return { modules: [SMALL], labels: {}, targets: [], files: [], skipSelf: false, ...plan }
}

export function targets(...written: readonly string[]): readonly Target[] {
  return written.map(text => parseTarget(text))
}

/** `10.0.0.1:9000 small site=fra` */
export function shown(all: readonly DiscoveredTarget[]): readonly string[] {
  return all.map(({ target, module: { name }, labels }) =>
    [formatTarget(target), name, ...Object.entries(labels).map(([label, value]) => `${label}=${value}`)].join(' '),
  )
}
