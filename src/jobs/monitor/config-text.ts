import { stringify } from 'yaml'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import { formatTarget } from '../../base/target.ts'
import { DELAY_BOUNDS } from '../../verdict/monitor/delay-buckets.ts'
import type { Values } from '../file-options.ts'
import type { DnsPlan, GroupPlan, ModuleConfig, MonitorConfig } from './config-plan.ts'

const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/**
 * A configuration as YAML, which `readConfig` reads as the same configuration. Important defaults are written out, and paths of files are
 * absolute. It has no secrets: payloads are named by their kind or file, and passwords are in the web configuration file.
 */
export function configText({ refresh, buckets, modules, groups, probe }: MonitorConfig): string {
  const value = {
    ...(refresh === undefined ? {} : { refresh: exactDuration(refresh) }),
    ...(buckets === undefined ? {} : { buckets }),
    modules: Object.fromEntries([...modules].map(([name, { settings }]) => [name, plainValues(settings)])),
    ...(groups.length === 0 ? {} : { groups: groups.map(group => groupKeys(group)) }),
    probe,
  }
  // A comment shows the default and leaves the key absent.
  const unset = buckets === undefined ? `# buckets: [${DELAY_BOUNDS.join(', ')}]\n` : ''
  // Never use an alias: the same module may be in several groups.
  return unset + stringify(value, { version: '1.2', schema: 'core', lineWidth: 0, aliasDuplicateObjects: false })
}

function groupKeys(group: GroupPlan): Values {
  const { modules, targets, files, dns, labels, neighbours, skipSelf } = group
  return {
    module: modules.map(({ name }: ModuleConfig) => name),
    ...(targets.length === 0 ? {} : { targets: targets.map(target => formatTarget(target)) }),
    ...(files.length === 0 ? {} : { files }),
    ...(dns === undefined ? {} : { dns: dnsKeys(dns) }),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(neighbours === undefined ? {} : { neighbours }),
    skipSelf,
  }
}

function dnsKeys({ name, type, port, refresh }: DnsPlan): Values {
  return { name, type, ...(type === 'SRV' ? {} : { port }), refresh: exactDuration(refresh) }
}

/** Raw options, with the texts that are whole numbers as numbers. */
function plainValues(settings: Values): Values {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.map(plainValue) : plainValue(value),
    ]),
  )
}

function plainValue(value: unknown): unknown {
  return typeof value === 'string' && /^(?:0|[1-9]\d{0,14})$/u.test(value) ? Number(value) : value
}

/** At least a second, with no digit lost. */
function exactDuration(nanos: Nanos): string {
  if (nanos % HOUR === 0) return `${nanos / HOUR}h`
  return nanos % MINUTE === 0 ? `${nanos / MINUTE}m` : `${nanos / SECOND}s`
}
