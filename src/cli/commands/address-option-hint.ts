import type { Command } from 'commander'

/** Options for address and port in other commands and tools. Each of our commands has its own form of them. */
const ADDRESS_OPTIONS: ReadonlySet<string> = new Set([
  '--port',
  '-p',
  '--host',
  '-h',
  '--to',
  '--target',
  '--address',
  '--server',
  '--listen',
  '--bind',
])

/**
 * How to give the address or port to this command, if an unknown option or a word was meant for one. Undefined for other mistakes. `message` is
 * commander's, which names the option.
 */
export function addressOptionHint(message: string, program: Command, argv: readonly string[]): string | undefined {
  const option = /unknown option '(-{1,2}[a-z-]+)/u.exec(message)?.[1]
  const [command, path] = commandOf(program, argv)
  const has = (long: string): boolean => command.options.some(one => one.long === long)
  if (message.includes('too many arguments') && has('--to'))
    return `${path.replace(/^udptool /u, '')} takes no words — write --to HOST:PORT for the target`
  if (option === undefined || !ADDRESS_OPTIONS.has(option)) return undefined
  const isOwn = ['--host', '--bind', '--listen', '--address'].includes(option)
  const place =
    has('--listen') && isOwn
      ? '--listen HOST:PORT'
      : has('--to')
        ? '--to HOST:PORT'
        : command.registeredArguments.some(one => one.name() === 'target')
          ? `${path} HOST:PORT`
          : has('--host')
            ? '--host ADDRESS --port PORT'
            : undefined
  return place === undefined ? undefined : `${path.replace(/^udptool /u, '')} has no ${option} — write ${place}`
}

function commandOf(command: Command, argv: readonly string[], path = command.name()): readonly [Command, string] {
  const inner = command.commands.find(one => one.name() === argv[0])
  return inner === undefined ? [command, path] : commandOf(inner, argv.slice(1), `${path} ${inner.name()}`)
}
