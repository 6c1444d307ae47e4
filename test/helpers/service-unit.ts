import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { ROOT, start, type Child } from './child.ts'

/** A systemd unit of deploy/systemd: its settings, as far as the sandbox of test/helpers/peers/service_sandbox.py has them. */
export interface ServiceUnit {
  readonly text: string
  /** The words of ExecStart=. */
  readonly command: readonly string[]
  /** Names of allowed system calls, with those of the groups of systemd. */
  readonly syscalls: readonly string[]
  readonly families: readonly string[]
}

export function serviceUnit(name: string): ServiceUnit {
  const text = readFileSync(`${ROOT}deploy/systemd/${name}.service`, 'utf8')
  const settings = (key: string): readonly (readonly string[])[] =>
    [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gmu'))].map(([, value = '']) => value.trim().split(/\s+/u))
  return {
    text,
    command: settings('ExecStart').flat(),
    syscalls: allowed(settings('SystemCallFilter')),
    families: settings('RestrictAddressFamilies').flat(),
  }
}

/** Starts udptool as the unit does: with its filter of system calls and address families, and without capabilities. */
export function startRestricted(unit: Omit<ServiceUnit, 'text' | 'command'>, args: readonly string[]): Child {
  const script = `${ROOT}test/helpers/peers/service_sandbox.py`
  const program = [process.execPath, `${ROOT}bin/udptool.js`]
  return start('python3', [script, unit.syscalls.join(','), unit.families.join(','), '--', ...program, ...args])
}

/** Lists add to the filter, and take away from it if they begin with `~` (systemd.exec(5)). */
function allowed(filters: readonly (readonly string[])[]): readonly string[] {
  const groups = syscallGroups()
  const members = (name: string): readonly string[] =>
    name.startsWith('@') ? (groups.get(name) ?? []).flatMap(member => members(member)) : [name]
  const names = new Set<string>()
  for (const [first = '', ...rest] of filters) {
    const isDenied = first.startsWith('~')
    for (const name of [first.replace(/^~/u, ''), ...rest].flatMap(member => members(member))) {
      if (isDenied) names.delete(name)
      else names.add(name)
    }
  }
  return [...names]
}

function syscallGroups(): ReadonlyMap<string, readonly string[]> {
  const output = execFileSync('systemd-analyze', ['syscall-filter'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const groups = new Map<string, string[]>()
  let members: string[] = []
  for (const line of output.split('\n')) {
    const [, indent = '', word = ''] = /^(\s*)(@?[\w-]+)/u.exec(line) ?? []
    if (word === '') continue
    if (indent === '') {
      members = []
      groups.set(word, members)
    } else {
      members.push(word)
    }
  }
  return groups
}
