import pytest

from analysis import project


def test_the_project_is_found_from_a_folder_inside_it(tmp_path, monkeypatch):
    monkeypatch.delenv("ANALYSIS_PROJECT", raising=False)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "data" / "raw" / "rounds.csv").touch()
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert project.root() == tmp_path.resolve()


def test_a_folder_outside_any_project_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.delenv("ANALYSIS_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="ANALYSIS_PROJECT"):
        project.root()
