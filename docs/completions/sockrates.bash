# Completion of sockrates for bash.

_sockrates()
{
    local current=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} words= files=
    if ((COMP_CWORD == 1)); then
        words='learn run check new docs help --help --version'
    else
        case $command in
            run) files='*.lua' ;;
            check) words='--accept --watch --repeat --jobs --format --json' files='*.md' ;;
            new) ((COMP_CWORD == 2)) && words=lesson ;;
            docs)
                if ((COMP_CWORD == 2)); then
                    words='build render'
                elif [[ ${COMP_WORDS[2]} == build ]]; then
                    words='-o' files=folders
                else
                    files='*.md'
                fi
                ;;
        esac
    fi
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    [[ -z $files || $current == -* ]] && return
    local IFS=$'\n'
    compopt -o filenames
    COMPREPLY+=($(compgen -d -- "$current"))
    [[ $files == folders ]] || COMPREPLY+=($(compgen -f -X "!$files" -- "$current"))
}

complete -F _sockrates sockrates
