import { everyCommand, type CommandOutline } from '../outline.ts'

/** Text in single quotes, as bash and zsh read it. */
export function single(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/**
 * A `case` of bash, zsh for each command: the words before it and its own, as in ` serve` or `tcp serve`, lead to it.
 *
 * @param then what is done with the words that call it, without those of the program
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
