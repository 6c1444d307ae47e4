import { everyCommand, type CommandOutline } from '../outline.ts'

/** Text in single quotes for bash and zsh. */
export function single(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/**
 * A `case` for bash and zsh with one branch per command. The pattern is the command's words, as in ` serve` or `tcp serve`.
 *
 * @param then the code of the branch of a command, whose words are passed without the name of the program
 */
export function commandCases(program: CommandOutline, then: (path: string) => string, indent: string): string {
  return everyCommand(program)
    .slice(1)
    .map(({ path, name }) => {
      const words = path.slice(program.name.length).trim()
      const above = words.slice(0, words.length - name.length).trim()
      return `${indent}${single(`${above} ${name}`)}) ${then(words)}`
    })
    .join('\n')
}
