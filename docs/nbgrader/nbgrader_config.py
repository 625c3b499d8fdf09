# What nbgrader must know of notebooks made of lessons of Sockrates.  Copy this file into the folder of your course, where
# nbgrader runs, or add its lines to the nbgrader_config.py that is there.
c = get_config()

# What stands in the place of a solution, by language: nbgrader knows no Lua by itself.  The others are those that it
# knows; naming one language would forget them.
c.ClearSolutions.code_stub = {
    "lua": "-- Your code here.",
    "python": "# YOUR CODE HERE\nraise NotImplementedError()",
    "R": "# YOUR CODE HERE\nfail()",
    "matlab": "% YOUR CODE HERE\nerror('No Answer Given!')",
    "octave": "% YOUR CODE HERE\nerror('No Answer Given!')",
    "sas": "/* YOUR CODE HERE */\n %notImplemented;",
    "java": "// YOUR CODE HERE",
}

# How solutions and hidden checks are marked.
c.ClearSolutions.begin_solution_delimeter = "BEGIN SOLUTION"
c.ClearSolutions.end_solution_delimeter = "END SOLUTION"
c.ClearHiddenTests.begin_test_delimeter = "BEGIN HIDDEN TESTS"
c.ClearHiddenTests.end_test_delimeter = "END HIDDEN TESTS"

# A check that a student has deleted is put back, and marked.
c.OverwriteCells.add_missing_cells = True

# Code that never ends is stopped, and is an error of its cell; the cells behind it still run.
c.Execute.timeout = 60
c.Execute.interrupt_on_timeout = True
