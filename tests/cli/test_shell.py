"""The verb shell: models by their names, as the system."""


def test_it_knows_the_models_and_acts_as_the_system(shell):
    text = "print(Contact.create(name='Bek').id, Contact.select().count())"
    made = shell.run("shell", "--run", text)
    assert (made.returncode, made.stdout) == (0, "1 1\n"), made.stderr
