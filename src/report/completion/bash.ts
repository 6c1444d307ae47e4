import { everyCommand, takesFile, type CommandOutline, type FlagOutline } from '../outline.ts'
import { commandCases, single } from './words.ts'

/** A script that completes commands, flags and the words that flags take in bash 3.2 and newer: `source <(udptool completion bash)`. */
export function bashCompletion(program: CommandOutline): string {
  const { name } = program
  return `# Completion of ${name} for bash: source <(${name} completion bash)
_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} at= words= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
${commandCases(program, path => `at=${single(path)} ;;`, '      ')}
    esac
  done
  case "$at" in
${everyCommand(program)
  .map(command => branch(program, command))
  .join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _${name} ${name}
`
}

function branch(program: CommandOutline, command: CommandOutline): string {
  const at = command.path.slice(program.name.length).trim()
  const words = [...command.commands.map(one => one.name), ...command.flags.flatMap(spellings)]
  const cases = valueCases(command.flags.filter(({ value }) => value !== undefined))
  const choose = cases.length === 0 ? [] : ['      case "$before" in', ...cases, '      esac']
  return [`    ${single(at)})`, ...choose, `      words=${single(words.join(' '))}`, '      ;;'].join('\n')
}

/** What comes after a flag that takes a value: one of its words, a file (bash completes these where nothing is offered), or what nobody can know. */
function valueCases(flags: readonly FlagOutline[]): string[] {
  const file = flags.filter(takesFile)
  const word = flags.filter(flag => !takesFile(flag) && flag.choices.length > 0)
  const unknown = flags.filter(flag => !takesFile(flag) && flag.choices.length === 0)
  return [
    ...word.flatMap(one =>
      when([one], `COMPREPLY=($(compgen -W ${single(one.choices.join(' '))} -- "$current")) && return`),
    ),
    ...when(file, 'COMPREPLY=() && return'),
    // Bash 3.2, as macOS has it, lacks compopt and offers files.
    ...when(unknown, 'compopt +o default 2>/dev/null; COMPREPLY=() && return'),
  ]
}

function when(flags: readonly FlagOutline[], then: string): string[] {
  return flags.length === 0 ? [] : [`        ${flags.flatMap(spellings).join(' | ')}) ${then} ;;`]
}

function spellings({ long, short }: FlagOutline): string[] {
  return short === undefined ? [long] : [short, long]
}
