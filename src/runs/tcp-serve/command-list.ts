import { usage } from '../../base/error.ts'
import { isObject, parseJson } from '../../base/json.ts'
import { quoted } from '../../base/quoted.ts'
import { decodeText } from '../../base/text-encoding.ts'
import { readBytes } from '../read-file.ts'

/** A program and its arguments. Never a text for a shell. */
export type Argv = readonly [program: string, ...args: string[]]

export type CommandList = ReadonlyMap<string, Argv>

const FORM = 'write { "name": ["program", "argument", …] }'

/** Reads a list of commands from an object or a JSON file. Throws `usage` with the mistake. */
export function readCommandList(source: string | Readonly<Record<string, unknown>>): CommandList {
  return typeof source === 'string' ? decodeCommandList(readBytes(source), source) : listOf(source, 'commands')
}

/** The same from the bytes of a file. */
export function decodeCommandList(bytes: Uint8Array, file: string): CommandList {
  const name = `--commands ${file}`
  const value = parseJson(decodeText(bytes, name))
  if (value === undefined) throw usage(`${name} is not JSON`, FORM)
  return listOf(value, name)
}

function listOf(value: unknown, from: string): CommandList {
  if (!isObject(value)) throw usage(`${from} must be an object that maps names to argument vectors`, FORM)
  const entries = Object.entries(value)
  if (entries.length === 0) throw usage(`${from} has no command`, FORM)
  return new Map(entries.map(([name, argv]) => [readName(name, from), readArgv(argv, `${from}: ${quoted(name)}`)]))
}

function readName(name: string, from: string): string {
  if (name !== '' && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)) return name
  throw usage(`${from}: ${quoted(name)} is not a valid command name`, 'use a name without control characters')
}

function readArgv(value: unknown, where: string): Argv {
  if (typeof value === 'string')
    throw usage(`${where} is a string, but no shell splits it`, `write ${JSON.stringify(value.split(/\s+/))}`)
  if (!Array.isArray(value)) throw usage(`${where} is not a list of arguments`, FORM)
  const [program, ...args] = value.map((arg: unknown, n) => {
    if (typeof arg !== 'string') throw usage(`${where}: argument ${n} is not a string`, FORM)
    if (arg.includes('\0')) throw usage(`${where}: argument ${n} has a NUL in it`)
    return arg
  })
  if (program === undefined || program === '') throw usage(`${where} names no program`, FORM)
  return [program, ...args]
}
