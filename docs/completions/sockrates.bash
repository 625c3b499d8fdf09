# Completion of sockrates for bash.

_sockrates()
{
    local current=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} words= options= files=
    if ((COMP_CWORD == 1)); then
        words='learn run check new docs progress doctor help'
        options='--help --version'
    else
        case $command in
            learn) options='--lessons --network --plain --theme' files='*.md' ;;
            run) options='--trace --trace-all --ladder --to --json' files='*.lua' ;;
            check) options='--accept --watch --repeat --jobs --format --json' files='*.md' ;;
            new) ((COMP_CWORD == 2)) && words=lesson ;;
            progress) options=--json ;;
            docs)
                if ((COMP_CWORD == 2)); then
                    words='build serve render'
                elif [[ ${COMP_WORDS[2]} != render ]]; then
                    options='--output --theme --url --repository --unsafe --keep-going --no-run --fresh --jobs --port'
                    options="$options --reference --no-reference" files=folders
                else
                    files='*.md'
                fi
                ;;
        esac
        options="$options --help"
    fi
    [[ $current == -* ]] && words="$words $options"
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    [[ -z $files || $current == -* ]] && return
    local IFS=$'\n'
    compopt -o filenames
    COMPREPLY+=($(compgen -d -- "$current"))
    [[ $files == folders ]] || COMPREPLY+=($(compgen -f -X "!$files" -- "$current"))
}

complete -F _sockrates sockrates
