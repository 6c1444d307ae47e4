import { inGroup } from '../../options/option.ts'
import { count, given, listOf, text } from '../../options/values.ts'

/** The options of `udptool check`. */
export const CHECK_OPTIONS = inGroup('Checks:', {
  only: {
    form: '--only <name>',
    about: 'run only the check with this name (repeatable)',
    repeatable: true,
    parse: listOf(text),
  },
  tag: {
    form: '--tag <tag>',
    about: 'run only the checks with this tag (repeatable)',
    repeatable: true,
    parse: listOf(text),
  },
  parallel: {
    form: '--parallel <n>',
    about: 'number of concurrent checks; overrides the file',
    parse: count({ min: 1, max: 64 }),
  },
  allowFiles: {
    form: '--allow-files',
    about: 'allow payload, baseline, key and included files outside the folder of the check file',
    parse: given,
  },
  selfTest: {
    form: '--self-test',
    about: 'run the built-in sanity suite, whatever check file this folder has',
    parse: given,
  },
  init: { form: '--init <target>', about: 'probe a server and write a check file from the result', parse: text },
})
