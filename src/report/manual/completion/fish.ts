import { everyCommand, spellings, takesFile, type CommandOutline, type FlagOutline } from '../outline.ts'

/** A completion script for fish, for commands, flags and values: `udptool completion fish | source`. */
export function fishCompletion(program: CommandOutline): string {
  const { name } = program
  const cases = everyCommand(program)
    .slice(1)
    .map(({ path, name: word }) => {
      const words = path.slice(name.length).trim()
      const above = words.slice(0, words.length - word.length).trim()
      return `            case ${quote(`${above} ${word}`)}\n                set at ${quote(words)}`
    })
  const runners = everyCommand(program).filter(({ operands }) => operands === 'command')
  return `# Completion of ${name} for fish: ${name} completion fish | source
function __${name}_at
    __${name}_child >/dev/null; and return 1
    set -l at ''
    for word in (commandline -opc)[2..]
        switch "$at $word"
${cases.join('\n')}
        end
    end
    test "$at" = "$argv"
end
${childFunction(program, runners, cases)}
complete -c ${name} -e
${everyCommand(program)
  .flatMap(command => [
    ...command.commands.map(one => commandLine(program, command, one)),
    ...operandLines(program, command),
    ...flagLines(program, command),
  ])
  .join('\n')}
`
}

function commandLine(program: CommandOutline, above: CommandOutline, command: CommandOutline): string {
  return `${prefix(program, above)} -f -a ${quote(command.name)} -d ${quote(command.about)}`
}

/** Whether the command line has reached the words of the command that is run. They are completed as a separate command line. */
function childFunction(
  { name, path: program }: CommandOutline,
  runners: readonly CommandOutline[],
  cases: readonly string[],
): string {
  const begins = runners.map(({ path, flags }) => {
    const at = path.slice(program.length).trim()
    const valued = flags.filter(flag => flag.value !== undefined).flatMap(spellings)
    return `            case ${quote(`${at} --`)}
                set -e words[1..$i]
                count $words >/dev/null; and printf '%s\\n' $words
                return 0
            case ${quote(`${at} -*`)}
            case ${quote(`${at} *`)}
                if not contains -- "$last" ${valued.join(' ')}
                    printf '%s\\n' $words[$i..]
                    return 0
                end`
  })
  return `function __${name}_child
    set -l at ''
    set -l last ''
    set -l words (commandline -opc)[2..]
    for i in (seq (count $words))
        set -l word $words[$i]
        switch "$at $word"
${[...cases, ...begins].join('\n')}
        end
        set last $word
    end
    return 1
end`
}

function operandLines(program: CommandOutline, command: CommandOutline): string[] {
  const { operands } = command
  if (operands === undefined) return []
  if (operands !== 'command') return [`${prefix(program, command)} -f -a ${quote(operands.join(' '))}`]
  const line = `(complete --do-complete=(string join ' ' -- (string escape -- (__${program.name}_child)) (commandline -ct)))`
  return [
    `complete -c ${program.name} -n ${quote(`__${program.name}_child >/dev/null`)} -x -a ${quote(line)}`,
    `${prefix(program, command)} -x -a ${quote('(complete --do-complete=(commandline -ct))')}`,
  ]
}

function flagLines(program: CommandOutline, command: CommandOutline): string[] {
  return command.flags.map(flag => {
    const short = flag.short === undefined ? '' : ` -s ${flag.short.slice(1)}`
    return `${prefix(program, command)}${short} -l ${flag.long.slice(2)}${value(flag)} -d ${quote(flag.about)}`
  })
}

/** -r: the flag takes a value. -f: not a file. */
function value(flag: FlagOutline): string {
  if (flag.value === undefined) return ''
  if (takesFile(flag)) return ' -r -F'
  return flag.choices.length > 0 ? ` -r -f -a ${quote(flag.choices.join(' '))}` : ' -r -f'
}

function prefix(program: CommandOutline, command: CommandOutline): string {
  const at = command.path.slice(program.name.length).trim()
  return `complete -c ${program.name} -n ${quote(`__${program.name}_at ${quote(at)}`)}`
}

/** Fish has two escapes in single quotes. */
function quote(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`
}
