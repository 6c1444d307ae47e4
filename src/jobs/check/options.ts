import { inGroup } from '../../options/option.ts'
import { count, given, listOf, text } from '../../options/values.ts'

/** The options of `udptool check`. */
export const CHECK_OPTIONS = inGroup('Checks:', {
  only: {
    form: '--only <name>',
    about: 'run the check of this name alone (repeatable)',
    repeatable: true,
    parse: listOf(text),
  },
  tag: {
    form: '--tag <tag>',
    about: 'run the checks with this tag (repeatable)',
    repeatable: true,
    parse: listOf(text),
  },
  parallel: {
    form: '--parallel <n>',
    about: 'checks at once, whatever the file says',
    parse: count({ min: 1, max: 64 }),
  },
  allowFiles: {
    form: '--allow-files',
    about: 'let the file name payloads and baselines outside of its own folder',
    parse: given,
  },
  init: {
    form: '--init <target>',
    about: 'look at a server, and write a check file of what it does',
    parse: text,
  },
})
