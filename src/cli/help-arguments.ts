import type { Command } from 'commander'

/** Converts `udptool help tcp serve` to `tcp serve --help`. An unknown command is kept, so that it is refused. */
export function helpArguments(command: Command, words: readonly string[]): readonly string[] {
  const [word, ...rest] = words
  if (word === undefined || command.commands.length === 0) return ['--help']
  const named = command.commands.find(one => one.name() === word)
  return named === undefined ? [word] : [word, ...helpArguments(named, rest)]
}
