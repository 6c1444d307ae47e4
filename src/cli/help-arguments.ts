import type { Command } from 'commander'

/** For `udptool help tcp serve`: `tcp serve --help`. A word that is no command is left as it is, to be refused. */
export function helpArguments(command: Command, words: readonly string[]): readonly string[] {
  const [word, ...rest] = words
  if (word === undefined || command.commands.length === 0) return ['--help']
  const named = command.commands.find(one => one.name() === word)
  return named === undefined ? [word] : [word, ...helpArguments(named, rest)]
}
