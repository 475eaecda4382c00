"""The order of the side menu, which depends on nothing but what the sections say."""

from itertools import permutations

from core.modules.declared import Menu
from core.modules.registry import Registry


def order(*menus):
    return [menu.name for menu in Registry(addons={}, menus=menus).ordered_menus]


def test_a_section_stands_after_the_one_that_it_names_whatever_was_loaded_first():
    menus = (
        Menu("sales", "Sales", position=20),
        Menu("contacts", "Contacts", position=10),
        Menu("stock", "Stock", after="contacts"),
        Menu("paper", "Paper", after="contacts"),
        Menu("shelf", "Shelf", after="stock"),
    )
    wanted = ["contacts", "paper", "stock", "shelf", "sales"]
    assert all(order(*some) == wanted for some in permutations(menus))


def test_a_section_whose_neighbour_is_gone_stands_by_its_position():
    gone = Menu("stock", "Stock", position=15, after="gone")
    assert order(Menu("b", "B", position=20), gone, Menu("a", "A", position=10)) == [
        *("a", "stock", "b")
    ]


def test_sections_in_a_circle_are_not_lost():
    circle = (Menu("a", "A", after="b"), Menu("b", "B", after="a"), Menu("c", "C"))
    assert sorted(order(*circle)) == ["a", "b", "c"]
