import { everyCommand, takesFile, type CommandOutline, type FlagOutline } from '../outline.ts'

/** A script that completes commands, flags and the words that flags take in fish: `udptool completion fish | source`. */
export function fishCompletion(program: CommandOutline): string {
  const { name } = program
  const cases = everyCommand(program)
    .slice(1)
    .map(({ path, name: word }) => {
      const words = path.slice(name.length).trim()
      const above = words.slice(0, words.length - word.length).trim()
      return `            case ${quote(`${above} ${word}`)}\n                set at ${quote(words)}`
    })
  return `# Completion of ${name} for fish: ${name} completion fish | source
function __${name}_at
    set -l at ''
    for word in (commandline -opc)[2..]
        switch "$at $word"
${cases.join('\n')}
        end
    end
    test "$at" = "$argv"
end
complete -c ${name} -e
${everyCommand(program)
  .flatMap(command => [
    ...command.commands.map(one => commandLine(program, command, one)),
    ...flagLines(program, command),
  ])
  .join('\n')}
`
}

function commandLine(program: CommandOutline, above: CommandOutline, command: CommandOutline): string {
  return `${prefix(program, above)} -f -a ${quote(command.name)} -d ${quote(command.about)}`
}

function flagLines(program: CommandOutline, command: CommandOutline): string[] {
  return command.flags.map(flag => {
    const short = flag.short === undefined ? '' : ` -s ${flag.short.slice(1)}`
    return `${prefix(program, command)}${short} -l ${flag.long.slice(2)}${value(flag)} -d ${quote(flag.about)}`
  })
}

/** -r: it takes a value; -f: no file. */
function value(flag: FlagOutline): string {
  if (flag.value === undefined) return ''
  if (takesFile(flag)) return ' -r -F'
  return flag.choices.length > 0 ? ` -r -f -a ${quote(flag.choices.join(' '))}` : ' -r -f'
}

function prefix(program: CommandOutline, command: CommandOutline): string {
  const at = command.path.slice(program.name.length).trim()
  return `complete -c ${program.name} -n ${quote(`__${program.name}_at ${quote(at)}`)}`
}

/** Fish knows two escapes in single quotes. */
function quote(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`
}
