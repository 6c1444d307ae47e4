import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { start, type Finished } from './child.ts'
import { temporaryFolder } from './tools.ts'

export interface Rule {
  readonly record?: string
  readonly alert?: string
  readonly expr: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
}
export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[]
}

/** Runs promtool, which Debian has in its package `prometheus`. */
export async function promtool(args: readonly string[], cwd?: string): Promise<Finished> {
  const command =
    cwd === undefined ? ['promtool', ...args] : ['sh', '-c', 'cd "$0" && exec promtool "$@"', cwd, ...args]
  return await start(command[0] ?? '', command.slice(1)).finished
}

/** Checks metrics in the text format, as a scrape returns them. */
export async function checkMetrics(text: string): Promise<Finished> {
  const child = start('promtool', ['check', 'metrics'], { stdin: 'socket' })
  child.write(text)
  child.end()
  return await child.finished
}

/** Writes a value as a YAML file into a folder of its own, and returns its path. */
export function writtenYaml(value: unknown, name = 'written.yaml'): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, stringify(value))
  return path
}
