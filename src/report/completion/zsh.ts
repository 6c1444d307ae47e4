import { everyCommand, takesFile, type CommandOutline, type FlagOutline } from '../outline.ts'
import { single } from './words.ts'

/** A script that completes commands, flags, and the words that flags take in zsh: `source <(udptool completion zsh)`, or a file `_udptool` in fpath. */
export function zshCompletion(program: CommandOutline): string {
  const { name } = program
  return `#compdef ${name}
# Completion of ${name} for zsh: source <(${name} completion zsh)
${everyCommand(program).toReversed().map(commandFunction).join('\n')}
if [[ "\${funcstack[1]}" == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`
}

function commandFunction(command: CommandOutline): string {
  const flags = command.flags.flatMap(specs).map(single)
  const below = command.commands.length > 0
  const rest = below ? [single('1: :->command'), single('*:: :->rest')] : [single('*: :_files')]
  const lines = [`  _arguments -C ${[...flags, ...rest].join(' \\\n    ')}`]
  if (below) lines.push(...subcommands(command))
  return `${functionName(command.path)}() {
  local context state state_descr line
  typeset -A opt_args
${lines.join('\n')}
}`
}

function subcommands({ commands }: CommandOutline): string[] {
  return [
    '  case $state in',
    '    command)',
    '      local -a commands=(',
    ...commands.map(one => `        ${single(`${one.name}:${one.about.replaceAll(':', String.raw`\:`)}`)}`),
    '      )',
    '      _describe command commands ;;',
    '    rest)',
    '      case $words[1] in',
    ...commands.map(one => `        ${one.name}) ${functionName(one.path)} ;;`),
    '      esac ;;',
    '  esac',
  ]
}

function functionName(path: string): string {
  return `_${path.replaceAll(/[ -]/g, '_')}`
}

/** One for each spelling of the flag; each hides the other. */
function specs(flag: FlagOutline): string[] {
  const { long, short, value, about, choices, repeatable } = flag
  const offers = takesFile(flag) ? '_files' : choices.length > 0 ? `(${choices.join(' ')})` : ' '
  const takes = value === undefined ? '' : `:${value}:${offers}`
  const both = short === undefined ? '' : `(${short} ${long})`
  const says = `[${about.replaceAll(/[[\]\\:]/g, String.raw`\$&`)}]${takes}`
  if (repeatable) return [`*${long}${says}`]
  return short === undefined ? [`${long}${says}`] : [`${both}${short}${says}`, `${both}${long}${says}`]
}
